import * as z from 'zod';
import { TemplateError } from '../template.ts';
import { type Condition, compileConditions } from './conditions.ts';
import { oneOrMore } from './one-or-more.ts';
import { compileAction, compileArn, type Pattern } from './pattern.ts';
import { type PrincipalElement, principalSchema } from './principals.ts';

/** One statement of a policy, ready to be asked. */
export interface Statement {
  /** The logical id of the role or resource that it belongs to. */
  readonly holder: string;
  /** Its `Sid`, or else its place among the holder's statements, from 0. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  /** Whom it is about; null in a role's policy, which is about the role. */
  readonly principal: PrincipalElement | null;
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[];
  readonly conditions: readonly Condition[];
}

/** Whether a policy belongs to who asks, or to what is asked for. */
export type PolicyKind = 'identity' | 'resource';

/** `${aws:username}` and the like: what they stand for depends on the request. */
const text = z.string().refine((value) => !value.includes('${'), 'the twin knows no policy variables');
const ACTION = /^(\*|[a-z0-9-]+:[\w*?]+)$/i;

const statement = {
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore(text.regex(ACTION)),
  Resource: oneOrMore(text),
  Condition: z
    .record(
      z.string(),
      z.record(z.string(), oneOrMore(z.union([text, z.boolean(), z.number()]).transform(String))),
    )
    .default({}),
};

type StatementElement = z.infer<z.ZodObject<typeof statement>> & { readonly Principal?: PrincipalElement };

/** Strict: an element that is not here, such as `NotAction`, would change what a statement means. */
const schemas: Record<PolicyKind, z.ZodType<{ readonly Statement: readonly StatementElement[] }>> = {
  identity: documentOf(z.strictObject(statement)),
  resource: documentOf(z.strictObject({ ...statement, Principal: principalSchema })),
};

/**
 * Reads policies of one holder, in their order.
 *
 * @param holder the logical id of the role or resource
 * @throws {TemplateError} for anything that the twin does not know: nothing of a policy is silently left out
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function parsePolicies(
  kind: PolicyKind,
  holder: string,
  documents: readonly unknown[],
): readonly Statement[] {
  return documents
    .flatMap((document) => parseDocument(kind, holder, document).Statement)
    .map(({ Sid, Effect, Principal = null, Action, Resource, Condition }, index) => {
      const name = Sid || String(index);
      return {
        holder,
        name,
        effect: Effect,
        principal: Principal,
        actions: Action.map(compileAction),
        resources: Resource.map(compileArn),
        conditions: compileConditions(Condition, `The statement ${name} of ${holder}`),
      };
    });
}

function documentOf<T>(statementSchema: z.ZodType<T>) {
  return z.strictObject({
    Version: z.literal('2012-10-17'),
    Id: z.string().optional(),
    Statement: oneOrMore(statementSchema),
  });
}

function parseDocument(kind: PolicyKind, holder: string, document: unknown) {
  const result = schemas[kind].safeParse(document);
  if (result.success) return result.data;
  throw new TemplateError(`A policy of ${holder} cannot be enforced: ${z.prettifyError(result.error)}`);
}
