import type { CredentialOrigin } from './credential.ts';
import type { FailureClass } from './failure.ts';
import type { Health } from './health.ts';

/** What the keeper remembers about a connection between two attempts. Holds no secret. */
export interface ConnectionState {
  readonly connection: string;
  /** Held while somebody works on the connection; one left past its expiry is the mark of a crash. */
  readonly lease: { readonly owner: string; readonly expiresAtMs: number } | null;
  /** The credential that minted the published access token. */
  readonly generation: number | null;
  /** What is known of that credential; null before the first refresh. */
  readonly credential: {
    readonly source: CredentialOrigin;
    readonly obtainedAtMs: number;
  } | null;
  /** The Zoho organisation that the first access token belonged to: pinned, so that no other one takes its place. */
  readonly organizationId: string | null;
  /** The Secrets Manager version that was published last: what the next publisher expects to replace. */
  readonly publishedVersionId: string | null;
  readonly accessTokenExpiresAtMs: number | null;
  readonly lastSuccessAtMs: number | null;
  readonly lastFailure: {
    readonly atMs: number;
    readonly failureClass: FailureClass;
    readonly code: string;
  } | null;
  readonly consecutiveFailures: number;
  /** When the next refresh is planned, or, after a failure, when it may be tried again. */
  readonly nextAttemptAtMs: number | null;
  readonly health: Health;
  readonly mintTimesMs: readonly number[];
  /** Versions of the credential secret that Zoho has called dead: not asked about again. */
  readonly deadVersionIds: readonly string[];
  /** Whether the last refresh left a credential staged that has not been proven yet. */
  readonly hasStagedCredential: boolean;
  /** When somebody who could not get the lease left a credential staged, to be finished by the next sweep. */
  readonly stagedAtMs: number | null;
  /** Refresh tokens that were replaced and are to be revoked at Zoho, and from when on; null for none. */
  readonly superseded: { readonly versionIds: readonly string[]; readonly revokeAtMs: number } | null;
  /** The incident that is open. */
  readonly incidentId: string | null;
  /** The end of the connection's audit chain when the last attempt ended; it may have grown since. */
  readonly auditHead: { readonly sequence: number; readonly hash: string } | null;
}
