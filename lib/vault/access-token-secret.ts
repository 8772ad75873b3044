import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AccessToken, accessTokenSchema } from '../domain/access-token.ts';
import { KeeperError } from '../domain/errors.ts';
import {
  fetchSecret,
  parseSecret,
  type SecretFaultCode,
  SecretUnusableError,
  type SecretVersion,
} from './secret-document.ts';
import { accessTokenSecretName } from './secret-names.ts';
import type { SecretRepair, SecretWriter } from './secret-repair.ts';
import { readStages } from './secret-stages.ts';
import { promoteVersion, stageVersion } from './secret-version.ts';

export type PublishOutcome = { readonly repairs: readonly SecretRepair[] } & (
  | { readonly kind: 'published'; readonly versionId: string }
  /** A newer token stands there already, and stays. */
  | { readonly kind: 'superseded'; readonly versionId: string; readonly current: AccessToken }
);

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
 * Publishes an access token to consumers: stage, then promote over exactly what is known to be current. A secret that
 * was lost is made anew.
 *
 * @throws {PublishConflictError} and what Secrets Manager throws
 */
export async function publishAccessToken(
  writer: SecretWriter,
  { token, versionId, replaces, mintedAtMs }: Publication,
): Promise<PublishOutcome> {
  const { secretsManager } = writer;
  const secretId = accessTokenSecretName(token.connection);
  const repairs = await stageVersion(writer, { secretId, versionId, document: token });
  if (replaces !== null) {
    const promotion = await promoteVersion(secretsManager, { secretId, versionId, replaces });
    if (promotion.kind === 'promoted') return { kind: 'published', versionId, repairs };
  }

  const current = await findPublished(secretsManager, token.connection);
  if (current?.versionId === versionId) return { kind: 'published', versionId, repairs };
  if (current?.document && current.createdAtMs > mintedAtMs) {
    return { kind: 'superseded', versionId: current.versionId, current: current.document, repairs };
  }
  const promotion = await promoteVersion(secretsManager, {
    secretId,
    versionId,
    replaces: current?.versionId ?? null,
  });
  if (promotion.kind === 'promoted') return { kind: 'published', versionId, repairs };
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

/** What is no secret at all, or is about to be deleted, has no token for consumers. */
const NOTHING_PUBLISHED: ReadonlySet<SecretFaultCode> = new Set<SecretFaultCode>([
  'SECRET_MISSING',
  'SECRET_SCHEDULED_FOR_DELETION',
]);

async function findPublished(
  secretsManager: SecretsManagerClient,
  connection: string,
): Promise<PublishedVersion | null> {
  const secretId = accessTokenSecretName(connection);
  try {
    const { versionId, createdAtMs, text } = await fetchSecret(secretsManager, secretId, 'AWSCURRENT');
    return { versionId, createdAtMs, document: parsePublished(text, secretId, connection) };
  } catch (error) {
    if (!(error instanceof SecretUnusableError) || error.code === 'SECRET_UNREADABLE') throw error;
    if (NOTHING_PUBLISHED.has(error.code)) return null;
    // Its key is lost, say: it bears the label all the same.
    const { current } = await readStages(secretsManager, secretId);
    return current === null ? null : { versionId: current, createdAtMs: 0, document: null };
  }
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
