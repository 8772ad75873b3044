import type { BackupState } from './backup.ts';
import type { CredentialOrigin, CredentialPlace } from './credential.ts';
import type { FailureClass } from './failure.ts';
import type { Health } from './health.ts';

/** Something that was lost, or of no use, came back. */
export interface Recovery {
  readonly atMs: number;
  /** Where the credential was found. */
  readonly from: CredentialPlace;
  /** What was repaired, such as `recreated zoho/crm/credential`. */
  readonly repairs: readonly string[];
  /** Secrets that were taken for lost, and that nothing could be done about. */
  readonly unrepaired: readonly string[];
}

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
    /** For people; empty where it was not written down. */
    readonly detail: string;
    readonly remedy: string;
  } | null;
  readonly consecutiveFailures: number;
  /** When the next refresh is planned, or, after a failure, when it may be tried again. */
  readonly nextAttemptAtMs: number | null;
  readonly health: Health;
  readonly mintTimesMs: readonly number[];
  /** Fingerprints of refresh tokens that Zoho has called dead: not asked about again. */
  readonly deadFingerprints: readonly string[];
  /** Whether the last refresh left a credential staged that has not been proven yet. */
  readonly hasStagedCredential: boolean;
  /** When somebody who could not get the lease left a credential staged, to be finished by the next sweep. */
  readonly stagedAtMs: number | null;
  /** Refresh tokens that were replaced and are to be revoked at Zoho, and from when on; null for none. */
  readonly superseded: { readonly versionIds: readonly string[]; readonly revokeAtMs: number } | null;
  /** What is known of the backups of the running credential; null before the first. */
  readonly backup: BackupState | null;
  /** When something that was lost came back last, and from where. */
  readonly recovery: Recovery | null;
  /** The incident that is open. */
  readonly incidentId: string | null;
  /** The end of the connection's audit chain when the last attempt ended; it may have grown since. */
  readonly auditHead: { readonly sequence: number; readonly hash: string } | null;
}
