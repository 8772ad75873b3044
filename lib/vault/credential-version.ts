import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Credential, credentialSchema } from '../domain/credential.ts';
import { fetchSecret, parseSecret, SecretUnusableError, type VersionStage } from './secret-document.ts';
import { credentialSecretName } from './secret-names.ts';

/** A version of the credential as far as it could be read: its id may be known though its content is of no use. */
export type CredentialVersion =
  | {
      readonly kind: 'usable';
      readonly versionId: string;
      readonly createdAtMs: number;
      readonly credential: Credential;
    }
  | { readonly kind: 'unusable'; readonly versionId: string | null; readonly fault: SecretUnusableError };

/**
 * Reads one version of a connection's credential.
 *
 * @throws {SecretUnusableError} `SECRET_UNREADABLE`: AWS had trouble, which says nothing about any credential
 */
export async function readCredentialVersion(
  secretsManager: SecretsManagerClient,
  connection: string,
  version: VersionStage | { versionId: string },
): Promise<CredentialVersion> {
  const read = {
    secretId: credentialSecretName(connection),
    schema: credentialSchema,
    ownerKey: 'connection',
    owner: connection,
  } as const;
  let versionId: string | null = null;
  try {
    const fetched = await fetchSecret(secretsManager, read.secretId, version);
    const { createdAtMs } = fetched;
    versionId = fetched.versionId;
    return { kind: 'usable', versionId, createdAtMs, credential: parseSecret(fetched.text, read) };
  } catch (error) {
    const isFault = error instanceof SecretUnusableError && error.code !== 'SECRET_UNREADABLE';
    if (isFault) return { kind: 'unusable', versionId, fault: error };
    throw error;
  }
}
