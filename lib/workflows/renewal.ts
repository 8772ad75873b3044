import type { Connection } from '../config/configuration.ts';
import type { AccessToken } from '../domain/access-token.ts';
import type { BackupState } from '../domain/backup.ts';
import type { Credential, CredentialPlace } from '../domain/credential.ts';
import type { Failure } from '../domain/failure.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import type { TakeMint } from './mint-allowance.ts';

/** What is to be renewed, and what is known before. */
export interface RenewalTask {
  readonly connection: Connection;
  /** Whether the last attempt may have left a staged credential behind. */
  readonly includeStaged: boolean;
  /** Fingerprints of refresh tokens that were called dead before. */
  readonly deadFingerprints: readonly string[];
  /** Those of them that need not be asked about again now. */
  readonly skipFingerprints: readonly string[];
  /** The version of the access token that was published last, where it is remembered. */
  readonly replaces: string | null;
  /** The highest generation that is remembered; 0 when none is. */
  readonly knownGeneration: number;
  /** Versions of the credential that a person replaced, and that are to be revoked. */
  readonly supersededVersionIds: readonly string[];
  /** The organisation that is pinned; null when none is known. */
  readonly organizationId: string | null;
  /** Whether a credential is known to be backed up, so that nothing needs to be looked at. */
  readonly isBackedUp: (fingerprint: string) => boolean;
  readonly takeMint: TakeMint;
}

/** What a renewal came to. */
export type Renewal = CandidateRenewal & {
  /** Fingerprints of the refresh tokens that Zoho calls dead, as far as they were looked at. */
  readonly deadFingerprints: readonly string[];
  /** What was lost and had to be repaired on the way. */
  readonly repairs: readonly SecretRepair[];
  /** How long Zoho took to answer each token request, in ms, whatever it answered. */
  readonly mintLatenciesMs: readonly number[];
};

export type CandidateRenewal =
  | {
      readonly kind: 'renewed';
      readonly source: CredentialPlace;
      /** As it stands now; its generation is a new one if it came back from an earlier one. */
      readonly credential: Credential;
      /** Whether that is the current one; if not, it is only used until the current one can be again. */
      readonly isCurrent: boolean;
      /** Stands in for the credential's refresh token. */
      readonly fingerprint: string;
      /** What the probe named; null where it cannot. */
      readonly organizationId: string | null;
      readonly token: AccessToken;
      readonly publishedVersionId: string;
      /** Whether Zoho sent a new refresh token, which now stands staged and has to prove itself next time. */
      readonly hasStagedCredential: boolean;
      /** Whether a staged credential that Zoho calls dead was dropped. */
      readonly isStagedDropped: boolean;
      /** The credential that a person's consent or update replaced, if this is what finished it. */
      readonly supersededVersionId: string | null;
      /** What is known of the backups now; null leaves what was known before. */
      readonly backup: BackupState | null;
    }
  | FailedRenewal;

export interface FailedRenewal {
  readonly kind: 'failed';
  readonly failure: Failure;
  readonly retryAtMs?: number;
}
