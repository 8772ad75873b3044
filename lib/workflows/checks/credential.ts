import type { CredentialVersion } from '../../vault/credential-version.ts';
import { credentialSecretName } from '../../vault/secret-names.ts';
import { type Assessment, fail, ok } from './assessment.ts';

export const CREDENTIAL_LIMIT = 'readable and well-formed';

/**
 * The credential that is current.
 *
 * @param known.generation the one that ran last; null when none ever did
 */
export function assessCredential(
  current: CredentialVersion,
  known: { connection: string; generation: number | null },
): Assessment {
  if (current.kind === 'usable') {
    const { generation } = current.credential;
    return ok(`generation ${generation}`, 'The current credential can be read, and is well-formed.');
  }
  const { code, description, remedy } = current.fault;
  if (code !== 'SECRET_MISSING') return fail(code, description, remedy);
  const { connection, generation } = known;
  return generation === null
    ? fail(
        'none',
        `The connection "${connection}" has no credential yet.`,
        `Authorise it in the console, or by POST /api/zoho/emergency-reauth. Or store a credential in ${credentialSecretName(connection)}.`,
      )
    : fail(
        'lost',
        `${description} Generation ${generation} ran last.`,
        'The sweep takes it out of the backups within minutes. If it does not, POST /api/zoho/restore brings back a generation that GET /api/zoho/backups lists.',
      );
}
