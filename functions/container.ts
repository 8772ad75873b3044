import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AuditTable } from '../lib/audit/audit-table.ts';
import {
  createDynamoDBClient,
  createEventBridgeClient,
  createSecretsManagerClient,
} from '../lib/aws/clients.ts';
import type { Connection } from '../lib/config/configuration.ts';
import { type Environment, readEnvironment } from '../lib/config/environment.ts';
import { PendingAuthorizations } from '../lib/guards/pending-authorizations.ts';
import { RateLimits } from '../lib/guards/rate-limits.ts';
import { StateTable } from '../lib/guards/state-table.ts';
import { IncidentLog } from '../lib/incidents/incident-log.ts';
import { createClientReader } from '../lib/vault/client-secret.ts';
import type { AdminDependencies } from '../lib/workflows/admin-operation.ts';
import type { RefreshDependencies } from '../lib/workflows/dependencies.ts';
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
  const wired = wire(environment, createZohoHttp());
  return { connections: environment.configuration.connections, forInvocation: wired.forInvocation };
}

/** What the function that reports is wired from: the same, with less patience for Zoho. */
export function createReportContainer(env: NodeJS.ProcessEnv): RefreshContainer {
  const environment = readEnvironment(env);
  const wired = wire(environment, createZohoHttp(ADMIN_ZOHO_TIMEOUT_MS));
  return { connections: environment.configuration.connections, forInvocation: wired.forInvocation };
}

/** What the functions that change something for admins are wired from, made once per cold start. */
export interface AdminContainer {
  readonly forInvocation: () => AdminDependencies;
}

export function createAdminContainer(env: NodeJS.ProcessEnv): AdminContainer {
  const environment = readEnvironment(env);
  const { configuration, stateTableName } = environment;
  const { dynamodb, forInvocation } = wire(environment, createZohoHttp(ADMIN_ZOHO_TIMEOUT_MS));
  const forAdmins = {
    connections: configuration.connections,
    limits: configuration.rateLimits,
    rateLimits: new RateLimits(dynamodb, stateTableName),
    pendingAuthorizations: new PendingAuthorizations(dynamodb, stateTableName),
    eventBridge: createEventBridgeClient(),
    leasePatienceMs: LEASE_PATIENCE_MS,
  };
  return { forInvocation: () => ({ ...forInvocation(), ...forAdmins }) };
}

function wire(
  { stateTableName, auditTableName }: Environment,
  zoho: ZohoHttp,
): { dynamodb: DynamoDBDocumentClient; forInvocation: () => RefreshDependencies } {
  const secretsManager = createSecretsManagerClient();
  const dynamodb = createDynamoDBClient();
  const shared = {
    nowMs: Date.now,
    newId: randomUUID,
    random: Math.random,
    state: new StateTable(dynamodb, stateTableName),
    audit: new AuditTable(dynamodb, auditTableName),
    incidents: new IncidentLog(dynamodb, stateTableName),
    secretsManager,
    zoho,
  };
  return {
    dynamodb,
    forInvocation: () => ({ ...shared, readClient: createClientReader(secretsManager) }),
  };
}
