import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AccessToken, accessTokenSchema } from '../domain/access-token.ts';
import { KeeperError } from '../domain/errors.ts';
import { fetchSecret, parseSecret, SecretUnusableError, type SecretVersion } from './secret-document.ts';
import { accessTokenSecretName } from './secret-names.ts';
import { promoteVersion, stageVersion } from './secret-version.ts';

export type PublishOutcome =
  | { kind: 'published'; versionId: string }
  /** A newer token stands there already, and stays. */
  | { kind: 'superseded'; versionId: string; current: AccessToken };

/** What stands where consumers read; `document` is null when it is not an access token of ours. */
interface PublishedVersion {
  readonly versionId: string;
  readonly createdAtMs: number;
  readonly document: AccessToken | null;
}

/** Two other publishers came between: the next attempt will see what they left. */
export class PublishConflictError extends KeeperError {
  readonly code = 'PUBLISH_CONFLICT';
}

export interface Publication {
  readonly token: AccessToken;
  /** The new version's id, unique to the attempt; the same one again is the same publication. */
  readonly versionId: string;
  /** The version published last, where it is remembered. */
  readonly replaces: string | null;
  /** When the token was minted. Whatever was published after it is newer, whatever it says of itself. */
  readonly mintedAtMs: number;
}

/**
 * Publishes an access token to consumers: stage, then promote over exactly what is known to be current.
 *
 * @throws {PublishConflictError} and what Secrets Manager throws
 */
export async function publishAccessToken(
  secretsManager: SecretsManagerClient,
  { token, versionId, replaces, mintedAtMs }: Publication,
): Promise<PublishOutcome> {
  const secretId = accessTokenSecretName(token.connection);
  await stageVersion(secretsManager, { secretId, versionId, document: token });
  if (replaces !== null) {
    const promotion = await promoteVersion(secretsManager, { secretId, versionId, replaces });
    if (promotion.kind === 'promoted') return { kind: 'published', versionId };
  }

  const current = await findPublished(secretsManager, token.connection);
  if (current?.versionId === versionId) return { kind: 'published', versionId };
  if (current?.document && current.createdAtMs > mintedAtMs) {
    return { kind: 'superseded', versionId: current.versionId, current: current.document };
  }
  const promotion = await promoteVersion(secretsManager, {
    secretId,
    versionId,
    replaces: current?.versionId ?? null,
  });
  if (promotion.kind === 'promoted') return { kind: 'published', versionId };
  throw new PublishConflictError(
    `The secret ${secretId} changed twice while a token was published. It is retried.`,
  );
}

/**
 * The access token that consumers find now; null when there is none that they could use.
 *
 * @throws {SecretUnusableError} when it cannot be read at all
 */
export async function readPublished(
  secretsManager: SecretsManagerClient,
  connection: string,
): Promise<SecretVersion<AccessToken> | null> {
  const published = await findPublished(secretsManager, connection);
  return published?.document ? { versionId: published.versionId, document: published.document } : null;
}

async function findPublished(
  secretsManager: SecretsManagerClient,
  connection: string,
): Promise<PublishedVersion | null> {
  const secretId = accessTokenSecretName(connection);
  const found = await fetchSecret(secretsManager, secretId, 'AWSCURRENT').catch((error: unknown) => {
    if (error instanceof SecretUnusableError && error.code === 'SECRET_MISSING') return null;
    throw error;
  });
  if (!found) return null;
  const { versionId, createdAtMs, text } = found;
  return { versionId, createdAtMs, document: parsePublished(text, secretId, connection) };
}

function parsePublished(text: string | undefined, secretId: string, connection: string): AccessToken | null {
  try {
    return parseSecret(text, {
      secretId,
      schema: accessTokenSchema,
      ownerKey: 'connection',
      owner: connection,
    });
  } catch (error) {
    // Whatever stands there is no use to a consumer, and is replaced.
    if (error instanceof SecretUnusableError) return null;
    throw error;
  }
}
