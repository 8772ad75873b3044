import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AuditTable } from '../lib/audit/audit-table.ts';
import {
  createDynamoDBClient,
  createEventBridgeClient,
  createKmsClient,
  createS3Client,
  createSecretsManagerClient,
} from '../lib/aws/clients.ts';
import type { Connection } from '../lib/config/configuration.ts';
import {
  type Environment,
  readBackupStores,
  readEnvironment,
  readVaultEnvironment,
  type VaultEnvironment,
} from '../lib/config/environment.ts';
import { PendingAuthorizations } from '../lib/guards/pending-authorizations.ts';
import { RateLimits } from '../lib/guards/rate-limits.ts';
import { StateTable } from '../lib/guards/state-table.ts';
import { HealthReportLog } from '../lib/health-reports/health-report-log.ts';
import { IncidentLog } from '../lib/incidents/incident-log.ts';
import { BackupBucket } from '../lib/vault/backup-bucket.ts';
import { BackupTable } from '../lib/vault/backup-table.ts';
import { createClientReader } from '../lib/vault/client-secret.ts';
import type { AdminDependencies } from '../lib/workflows/admin-operation.ts';
import type { RefreshDependencies } from '../lib/workflows/dependencies.ts';
import type { BackupReportDependencies } from '../lib/workflows/report-backups.ts';
import type { StatusDependencies } from '../lib/workflows/report-status.ts';
import { createZohoHttp, type ZohoHttp } from '../lib/zoho/http.ts';

/** A wait for the lease and two exchanges with Zoho end before API Gateway's 29 s do, and a code's minute. */
const ADMIN_ZOHO_TIMEOUT_MS = 8_000;
const LEASE_PATIENCE_MS = 5_000;

/** What the functions that refresh are wired from, made once per cold start. */
export interface RefreshContainer {
  readonly connections: readonly Connection[];
  /** The dependencies of one invocation: nothing that was read in an earlier one is taken for current. */
  readonly forInvocation: () => RefreshDependencies;
}

export function createRefreshContainer(env: NodeJS.ProcessEnv): RefreshContainer {
  const environment = readEnvironment(env);
  const { forInvocation } = wire(environment, readVaultEnvironment(env), createZohoHttp());
  return { connections: environment.configuration.connections, forInvocation };
}

/** What the function that reports is wired from: nothing in it can decrypt a credential. */
export interface ReportContainer extends ReportDependencies {
  readonly connections: readonly Connection[];
}

type ReportDependencies = StatusDependencies &
  BackupReportDependencies &
  Pick<RefreshDependencies, 'audit' | 'incidents'>;

export function createReportContainer(env: NodeJS.ProcessEnv): ReportContainer {
  const { configuration, stateTableName, auditTableName } = readEnvironment(env);
  const { backupTableName, backupBucketName } = readBackupStores(env);
  const dynamodb = createDynamoDBClient();
  return {
    connections: configuration.connections,
    nowMs: Date.now,
    state: new StateTable(dynamodb, stateTableName),
    audit: new AuditTable(dynamodb, auditTableName),
    incidents: new IncidentLog(dynamodb, stateTableName),
    healthReports: new HealthReportLog(dynamodb, stateTableName),
    secretsManager: createSecretsManagerClient(),
    backups: {
      table: new BackupTable(dynamodb, backupTableName),
      bucket: new BackupBucket(createS3Client(), backupBucketName),
    },
    zoho: createZohoHttp(ADMIN_ZOHO_TIMEOUT_MS),
  };
}

/** What the functions that change something for admins are wired from, made once per cold start. */
export interface AdminContainer {
  readonly forInvocation: () => AdminDependencies;
}

export function createAdminContainer(env: NodeJS.ProcessEnv): AdminContainer {
  const environment = readEnvironment(env);
  const { configuration, stateTableName } = environment;
  const zoho = createZohoHttp(ADMIN_ZOHO_TIMEOUT_MS);
  const { dynamodb, forInvocation } = wire(environment, readVaultEnvironment(env), zoho);
  const forAdmins = {
    connections: configuration.connections,
    limits: configuration.rateLimits,
    rateLimits: new RateLimits(dynamodb, stateTableName),
    pendingAuthorizations: new PendingAuthorizations(dynamodb, stateTableName),
    leasePatienceMs: LEASE_PATIENCE_MS,
  };
  return { forInvocation: () => ({ ...forInvocation(), ...forAdmins }) };
}

/** What all functions that work with credentials have in common. */
export function wire(
  { stateTableName, auditTableName }: Environment,
  vault: VaultEnvironment,
  zoho: ZohoHttp,
): { dynamodb: DynamoDBDocumentClient; forInvocation: () => RefreshDependencies } {
  const secretsManager = createSecretsManagerClient();
  const dynamodb = createDynamoDBClient();
  const kms = createKmsClient();
  const backups = {
    table: new BackupTable(dynamodb, vault.backupTableName),
    bucket: new BackupBucket(createS3Client(), vault.backupBucketName),
    kms,
    keyId: vault.backupKeyId,
  };
  const shared = {
    nowMs: Date.now,
    newId: randomUUID,
    random: Math.random,
    state: new StateTable(dynamodb, stateTableName),
    audit: new AuditTable(dynamodb, auditTableName),
    incidents: new IncidentLog(dynamodb, stateTableName),
    eventBridge: createEventBridgeClient(),
    secretsManager,
    kms,
    primaryKeyId: vault.primaryKeyId,
    backups,
    zoho,
  };
  return {
    dynamodb,
    forInvocation: () => ({ ...shared, readClient: createClientReader(secretsManager, backups) }),
  };
}
