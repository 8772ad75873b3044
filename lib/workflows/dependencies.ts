import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { AuditTable } from '../audit/audit-table.ts';
import type { StateTable } from '../guards/state-table.ts';
import type { IncidentLog } from '../incidents/incident-log.ts';
import type { ClientReader } from '../vault/client-secret.ts';
import type { CandidateStores } from '../vault/credential-candidates.ts';
import type { ZohoHttp } from '../zoho/http.ts';

/** What a renewal needs from outside. */
export interface RenewalDependencies extends CandidateStores {
  readonly nowMs: () => number;
  /** A new UUID: a version's id must be one. */
  readonly newId: () => string;
  readonly readClient: ClientReader;
  readonly zoho: ZohoHttp;
}

/** What a refresh needs besides. */
export interface RefreshDependencies extends RenewalDependencies {
  readonly state: StateTable;
  readonly audit: AuditTable;
  readonly incidents: IncidentLog;
  readonly eventBridge: EventBridgeClient;
  /** From 0 (inclusive) to 1 (exclusive), as Math.random. */
  readonly random: () => number;
}
