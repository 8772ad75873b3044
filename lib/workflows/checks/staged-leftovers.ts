import type { CredentialVersion } from '../../vault/credential-version.ts';
import { credentialSecretName } from '../../vault/secret-names.ts';
import { type Assessment, count, ok, warn } from './assessment.ts';

const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 10;

export const LEFTOVERS_LIMIT = `staged for no longer than ${LONGEST_MINUTES} minutes`;

/** A version that is staged may be the current one, on which Secrets Manager leaves the label. */
export function assessLeftovers(
  connection: string,
  { staged, current }: { staged: CredentialVersion; current: CredentialVersion },
  nowMs: number,
): Assessment {
  if (staged.versionId === null || staged.versionId === current.versionId) {
    return ok('none', 'No credential is staged.');
  }
  const secretId = credentialSecretName(connection);
  const dropIt = `aws secretsmanager update-secret-version-stage --secret-id ${secretId} --version-stage AWSPENDING --remove-from-version-id ${staged.versionId}`;
  if (staged.kind === 'unusable') {
    return warn(
      staged.fault.code,
      `Something is staged that is no credential: ${staged.fault.description}`,
      `Take its label away: ${dropIt}`,
    );
  }
  const minutes = Math.max(0, Math.floor((nowMs - staged.createdAtMs) / MINUTE_MS));
  const value = `generation ${staged.credential.generation}, for ${count(minutes, 'minute')}`;
  return minutes <= LONGEST_MINUTES
    ? ok(value, 'A credential was staged just now. The next refresh proves it.')
    : warn(
        value,
        `A credential (${staged.credential.source}) waits to be proven.`,
        `POST /api/zoho/refresh proves it now. If it stays staged after that, and nobody needs it: ${dropIt}`,
      );
}
