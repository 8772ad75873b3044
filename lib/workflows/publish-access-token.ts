import type { Connection } from '../config/configuration.ts';
import type { AccessToken } from '../domain/access-token.ts';
import { publishAccessToken } from '../vault/access-token-secret.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import type { MintedToken } from '../zoho/token-endpoint.ts';
import type { RenewalDependencies } from './dependencies.ts';

export interface ProvenToken {
  readonly connection: Connection;
  readonly minted: MintedToken;
  /** From before the request, so that no consumer holds a token for longer than Zoho does. */
  readonly mintedAtMs: number;
  readonly apiDomain: string;
  readonly generation: number;
  /** The version that was published last, where it is remembered. */
  readonly replaces: string | null;
}

export interface PublishedToken {
  /** What consumers find now: somebody may have published a newer one meanwhile, and that is what counts. */
  readonly token: AccessToken;
  readonly publishedVersionId: string;
  /** What had to be repaired before the token could be published. */
  readonly repairs: readonly SecretRepair[];
}

/** Gives consumers a proven access token. Throws what the store throws. */
export async function publishProvenToken(
  deps: RenewalDependencies,
  proven: ProvenToken,
): Promise<PublishedToken> {
  const { connection, minted, mintedAtMs, apiDomain, generation, replaces } = proven;
  const token: AccessToken = {
    schemaVersion: 1,
    connection: connection.id,
    accessToken: minted.accessToken,
    expiresAt: new Date(mintedAtMs + minted.expiresInS * 1_000).toISOString(),
    apiDomain,
    generation,
  };
  const publication = await publishAccessToken(deps, {
    token,
    versionId: deps.newId(),
    replaces,
    mintedAtMs,
  });
  const { versionId: publishedVersionId, repairs } = publication;
  switch (publication.kind) {
    case 'published':
      return { token, publishedVersionId, repairs };
    case 'superseded':
      return { token: publication.current, publishedVersionId, repairs };
  }
}
