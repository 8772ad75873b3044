import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { createEmailReadiness, type EmailReadiness } from '../../alerts/email-readiness.ts';
import type { AlertsConfiguration } from '../../config/alerts-configuration.ts';
import type { Connection } from '../../config/configuration.ts';
import type { AccessToken } from '../../domain/access-token.ts';
import type { ConnectionState } from '../../domain/connection-state.ts';
import type { CheckTrigger, HealthReport } from '../../domain/health-report.ts';
import type { HealthReportLog } from '../../health-reports/health-report-log.ts';
import { once, oncePer } from '../../once.ts';
import { readPublished } from '../../vault/access-token-secret.ts';
import { type CredentialVersion, readCredentialVersion } from '../../vault/credential-version.ts';
import { describeKey, type KeyDescription } from '../../vault/key-state.ts';
import { describeSecret, type SecretState } from '../../vault/secret-state.ts';
import type { Requester } from '../audit-trail.ts';
import type { RemainingMs } from '../refresh-connections.ts';
import { type DrillDependencies, type Drilled, drillRestore } from '../restore-drill.ts';
import { ask } from './ask.ts';

/** What a health check needs from outside. */
export interface HealthCheckDependencies extends DrillDependencies {
  /** Every connection of the deployment: those that share a client share what Zoho grants it. */
  readonly connections: readonly Connection[];
  readonly healthReports: HealthReportLog;
  readonly ses: SESv2Client;
  readonly alerts: Pick<AlertsConfiguration, 'sender' | 'recipients'>;
  /** The ARNs of the keys that seal the audit. */
  readonly auditKeyIds: readonly string[];
}

/** What set a health check off, and on whose behalf. */
export interface CheckRun {
  readonly trigger: CheckTrigger;
  readonly requester: Requester;
  readonly remainingMs: RemainingMs;
}

/** What all connections of one run have in common: asked once, and only if some check wants to know. */
export interface SharedMeasurements {
  /** The states of all connections of the deployment. */
  readonly states: () => Promise<ReadonlyMap<string, ConnectionState>>;
  /** The reports before this one. */
  readonly latestReports: () => Promise<ReadonlyMap<string, HealthReport>>;
  readonly key: (keyId: string) => Promise<KeyDescription>;
  readonly secret: (name: string) => Promise<SecretState>;
  readonly email: EmailReadiness;
}

/** What the checks of one connection are measured with. What several of them want to know is asked once. */
export interface CheckContext {
  readonly deps: HealthCheckDependencies;
  readonly connection: Connection;
  readonly nowMs: number;
  readonly shared: SharedMeasurements;
  readonly state: () => Promise<ConnectionState | null>;
  readonly current: () => Promise<CredentialVersion>;
  readonly published: () => Promise<AccessToken | null>;
  /** Runs the restore drill, if it is due. */
  readonly drilled: () => Promise<Drilled>;
}

const STATE = 'the state table';

/** @param checked the connections that this run looks at */
export function shareMeasurements(
  deps: HealthCheckDependencies,
  checked: readonly Connection[],
): SharedMeasurements {
  const idsOf = (connections: readonly Connection[]) => connections.map(({ id }) => id);
  return {
    states: once(() => ask(STATE, () => deps.state.readAll(idsOf(deps.connections)))),
    latestReports: once(() => ask(STATE, () => deps.healthReports.readLatest(idsOf(checked)))),
    key: oncePer((keyId) => ask(`the key ${keyId}`, () => describeKey(deps.kms, keyId))),
    secret: oncePer((name) => ask(`the secret ${name}`, () => describeSecret(deps.secretsManager, name))),
    email: createEmailReadiness(deps.ses),
  };
}

export function checkContext(
  deps: HealthCheckDependencies,
  connection: Connection,
  { shared, run }: { shared: SharedMeasurements; run: CheckRun },
): CheckContext {
  const { id } = connection;
  return {
    deps,
    connection,
    nowMs: deps.nowMs(),
    shared,
    state: once(async () => (await shared.states()).get(id) ?? null),
    current: once(() => readCredentialVersion(deps.secretsManager, id, 'AWSCURRENT')),
    published: once(async () => (await readPublished(deps.secretsManager, id))?.document ?? null),
    drilled: once(async () => {
      const record = (await shared.latestReports()).get(id)?.drill ?? null;
      return ask(STATE, () => drillRestore(deps, connection, { record, ...run }));
    }),
  };
}
