import * as z from 'zod';
import { EnvironmentError } from '../../lib/config/environment.ts';

const anchorEnvironmentSchema = z.object({ AUDIT_KEY_ID: z.string().min(1) });

/**
 * The ARN of the key that seals the audit, which this function alone is told of.
 *
 * @throws {EnvironmentError} when it is missing
 */
export function readAuditKeyId(env: NodeJS.ProcessEnv): string {
  const result = anchorEnvironmentSchema.safeParse(env);
  if (result.success) return result.data.AUDIT_KEY_ID;
  throw new EnvironmentError(
    "The function's environment lacks AUDIT_KEY_ID. Deploy the stack again: it sets it.",
  );
}
