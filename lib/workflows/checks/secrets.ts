import type { SecretState } from '../../vault/secret-state.ts';
import { type Assessment, count, fail, ok, warn } from './assessment.ts';

export const SECRETS_LIMIT = 'none missing or scheduled for deletion, each under the primary key';

/** A secret, and whether it is under the primary key. */
export interface MeasuredSecret {
  readonly name: string;
  /** Of the OAuth client: what an operator put, and the keeper never makes anew. */
  readonly isClient: boolean;
  readonly state: SecretState;
  readonly isUnderPrimaryKey: boolean;
}

interface Finding {
  readonly assessed: 'fail' | 'warn';
  readonly detail: string;
  readonly remedy: string;
}

export function assessSecrets(secrets: readonly MeasuredSecret[], primaryKeyId: string): Assessment {
  const findings = secrets.flatMap((secret) => findingOn(secret, primaryKeyId) ?? []);
  const value = `${count(secrets.length - findings.length, 'secret')} of ${secrets.length} as expected`;
  if (findings.length === 0) {
    return ok(value, 'All secrets are there, and under the primary key.');
  }
  const detail = findings.map((finding) => finding.detail).join(' ');
  const remedy = findings.map((finding) => finding.remedy).join(' ');
  const isBad = findings.some(({ assessed }) => assessed === 'fail');
  return isBad ? fail(value, detail, remedy) : warn(value, detail, remedy);
}

function findingOn(
  { name, isClient, state, isUnderPrimaryKey }: MeasuredSecret,
  primaryKeyId: string,
): Finding | null {
  switch (state.kind) {
    case 'missing':
      return {
        assessed: 'fail',
        detail: `There is no secret ${name}.`,
        remedy: isClient
          ? `Make it again (aws secretsmanager create-secret --name ${name} --kms-key-id ${primaryKeyId} --secret-string file://client.json), as docs/secrets.md describes it.`
          : `The sweep makes ${name} anew within minutes (docs/runbooks/secret-recreated.md).`,
      };
    case 'deleting':
      return {
        assessed: 'fail',
        detail: `The secret ${name} is scheduled for deletion.`,
        remedy: `Restore it: aws secretsmanager restore-secret --secret-id ${name}.`,
      };
    case 'standing':
      if (isClient && !state.hasValue) {
        return {
          assessed: 'fail',
          detail: `The secret ${name} has no value.`,
          remedy: `Put the client's id and secret: aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://client.json (docs/secrets.md).`,
        };
      }
      return isUnderPrimaryKey
        ? null
        : {
            assessed: 'warn',
            detail: `The secret ${name} is under ${state.keyId ?? "AWS's own key"}, not under the primary key.`,
            remedy: `Go back to the primary key, as step 3 of docs/runbooks/primary-key-lost.md does: aws secretsmanager update-secret --secret-id ${name} --kms-key-id ${primaryKeyId}.`,
          };
  }
}
