import * as z from 'zod/mini';

/**
 * How a credential came here: put by an operator, sent by Zoho in the answer to a refresh, given by a person's consent or
 * by an admin's manual update; or back from an earlier generation, because an admin asked for it or because every later
 * one was of no use.
 */
export const CREDENTIAL_SOURCES = [
  'operator',
  'rotation',
  'consent',
  'override',
  'restore',
  'recovery',
] as const;
export type CredentialOrigin = (typeof CREDENTIAL_SOURCES)[number];

/** Where a stored credential is found, best first: by the labels of its secret, and in the backups. */
export const CREDENTIAL_PLACES = ['staged', 'current', 'previous', 'backupTable', 'backupBucket'] as const;
export type CredentialPlace = (typeof CREDENTIAL_PLACES)[number];

/**
 * The crown jewel as every store keeps it: the refresh token with what belongs to it. It does not expire; it lasts until
 * Zoho drops it.
 */
export const credentialSchema = z.object({
  schemaVersion: z.literal(1),
  connection: z.string().check(z.minLength(1)),
  /** Grows by one with each credential of a connection. */
  generation: z.int().check(z.positive()),
  /** One word: a stray line break from a paste would make Zoho call it dead. */
  refreshToken: z.string().check(z.regex(/^\S+$/)),
  /** The origin where the code was exchanged, and so the only one that mints from this token. */
  accountsServer: z.url(),
  /** The origin of Zoho's APIs for this organisation; null when Zoho has not said. */
  apiDomain: z.nullable(z.url()),
  scopes: z.array(z.string()),
  /** The Zoho organisation that every access token has to belong to; null accepts any. */
  organizationId: z.nullable(z.string()),
  /** ISO 8601, UTC. */
  obtainedAt: z.iso.datetime(),
  source: z.enum(CREDENTIAL_SOURCES),
});

export type Credential = z.infer<typeof credentialSchema>;

/** Whether a person gave it in place of another one, so that what it says of its organisation is what was asked for. */
export function isBroughtByAdmin({ source }: Credential): boolean {
  return source === 'consent' || source === 'override' || source === 'restore';
}

/** Whether what it takes the place of is to be revoked: an admin who restores may well want to go back. */
export function supersedes({ source }: Credential): boolean {
  return source === 'consent' || source === 'override';
}

/** A credential of before that becomes current again: under a generation of its own, so that the newest is what counts. */
export function revivedCredential(
  credential: Credential,
  { generation, source }: { generation: number; source: 'restore' | 'recovery' },
): Credential {
  return { ...credential, generation, source };
}

/**
 * The credential that follows when Zoho answers a refresh with a new refresh token.
 *
 * @param rotated.newestGeneration the newest that is known, which need not be that of the one that was minted from
 */
export function rotatedCredential(
  minted: Credential,
  rotated: { refreshToken: string; newestGeneration: number; nowMs: number },
): Credential {
  return {
    ...minted,
    generation: rotated.newestGeneration + 1,
    refreshToken: rotated.refreshToken,
    obtainedAt: new Date(rotated.nowMs).toISOString(),
    source: 'rotation',
  };
}
