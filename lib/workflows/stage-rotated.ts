import { type Credential, rotatedCredential } from '../domain/credential.ts';
import { putVacancy, stageCredential } from '../vault/credential-secret.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import type { MintedToken } from '../zoho/token-endpoint.ts';
import type { RenewalDependencies } from './dependencies.ts';

/** A mint, and what stands beside the credential that it was made from. */
export interface RotatingMint {
  readonly credential: Credential;
  readonly minted: MintedToken;
  /** The highest generation that is known. */
  readonly newestGeneration: number;
  /** Null when nothing is current. */
  readonly currentVersionId: string | null;
}

/**
 * Zoho answers a refresh with no new refresh token today. If one ever comes, the old one may be dead already, so it is
 * made durable before anything else is done (P3). It becomes current once a token was minted from it: by the next
 * refresh.
 *
 * @param repairs filled with what had to be repaired
 * @returns whether there was one
 */
export async function stageRotatedCredential(
  deps: RenewalDependencies,
  mint: RotatingMint,
  repairs: SecretRepair[],
): Promise<boolean> {
  const { refreshToken } = mint.minted;
  if (refreshToken === null || refreshToken === mint.credential.refreshToken) return false;
  const { newestGeneration } = mint;
  const credential = rotatedCredential(mint.credential, {
    refreshToken,
    newestGeneration,
    nowMs: deps.nowMs(),
  });
  if (mint.currentVersionId === null) {
    // The first version of a secret would be current at once.
    const { connection } = credential;
    repairs.push(...(await putVacancy(deps, { connection, versionId: deps.newId() })));
  }
  repairs.push(...(await stageCredential(deps, { credential, versionId: deps.newId() })));
  return true;
}
