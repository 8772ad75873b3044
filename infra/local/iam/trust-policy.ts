import * as z from 'zod';
import { TemplateError } from '../template.ts';
import { oneOrMore } from './one-or-more.ts';
import { principalSchema } from './principals.ts';

const ASSUME_ROLE = 'sts:AssumeRole';

const trustPolicySchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal('Allow'),
      Principal: principalSchema,
      Action: oneOrMore(z.string()),
    }),
  ),
});

/**
 * Makes sure that a role may be taken by a service, such as `lambda.amazonaws.com`; AWS makes no function whose role it
 * could not take.
 *
 * @param role its logical id
 * @throws {TemplateError}
 */
export function assertAssumable(role: string, document: unknown, service: string): void {
  const parsed = trustPolicySchema.safeParse(document);
  if (!parsed.success) {
    throw new TemplateError(`${role}'s trust policy cannot be enforced: ${z.prettifyError(parsed.error)}`);
  }
  const isTrusted = parsed.data.Statement.some(
    ({ Principal, Action }) => Principal.services.includes(service) && Action.includes(ASSUME_ROLE),
  );
  if (!isTrusted) throw new TemplateError(`${role} cannot be assumed by ${service}`);
}
