import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Configuration } from '../../lib/config/configuration.ts';
import { AdminApi } from './admin-api.ts';
import { AdminConsole } from './admin-console.ts';
import { AdminIdentity } from './admin-identity.ts';
import { AlarmTopic } from './alarms/alarm-topic.ts';
import { KeeperAlarms } from './alarms/keeper-alarms.ts';
import { AuditAnchor } from './audit-anchor.ts';
import { AuditTable } from './audit-table.ts';
import type { Bundle, FunctionName } from './function-code.ts';
import { HealthCheck } from './health-check.ts';
import { KeeperAlerts } from './keeper-alerts.ts';
import { KeeperBackups } from './keeper-backups.ts';
import { KeeperDashboard } from './keeper-dashboard.ts';
import { KeeperFunction, type KeeperTables } from './keeper-function.ts';
import { KeeperSecrets } from './keeper-secrets.ts';
import { RefreshSchedules } from './refresh-schedules.ts';
import { StateTable } from './state-table.ts';

/** Less than the lease of 150 s: nobody is overtaken while at work (docs/architecture.md). */
const REFRESH_TIMEOUT = Duration.seconds(120);

/** Longer than API Gateway waits (29 s): what it no longer hears of is still finished. */
const ADMIN_TIMEOUT = Duration.seconds(60);

/** What an attempt does with the state: lease and settle, and keep the incidents. */
const ATTEMPT = ['dynamodb:UpdateItem', 'dynamodb:GetItem', 'dynamodb:PutItem'] as const;

export interface KeeperProps {
  readonly configuration: Configuration;
  readonly bundles: Readonly<Record<FunctionName, Bundle>>;
}

/** The whole system: every store, every function with what it may do, and what watches them. */
export class Keeper extends Construct {
  readonly tables: KeeperTables;
  readonly secrets: KeeperSecrets;
  readonly backups: KeeperBackups;
  readonly auditAnchor: AuditAnchor;
  readonly adminApi: AdminApi;
  readonly identity: AdminIdentity;
  /** Where alarms are told. */
  readonly alarmTopic: ITopic;

  constructor(scope: Construct, id: string, { configuration, bundles }: KeeperProps) {
    super(scope, id);
    const stateTable = new StateTable(this, 'State');
    const auditTable = new AuditTable(this, 'Audit');
    const secrets = new KeeperSecrets(this, 'Secrets', configuration);
    const backups = new KeeperBackups(this, 'Backups');
    const tables = { stateTable, auditTable };
    this.tables = tables;
    this.secrets = secrets;
    this.backups = backups;

    const refresh = new KeeperFunction(this, 'Refresh', {
      bundle: bundles.refresh,
      description: 'Refreshes every Zoho access token',
      timeout: REFRESH_TIMEOUT,
      ...tables,
      // Without the state table there is no lease; alone it is then by this.
      reservedConcurrentExecutions: 1,
      maxEventAge: Duration.minutes(15),
    });
    refresh.allow(stateTable.statement(...ATTEMPT));

    const sweep = new KeeperFunction(this, 'Sweep', {
      bundle: bundles.sweep,
      description: 'Refreshes the Zoho access tokens that are due and were not',
      timeout: REFRESH_TIMEOUT,
      ...tables,
      reservedConcurrentExecutions: 1,
      // The next sweep knows as much.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    sweep.allow(stateTable.statement(...ATTEMPT, 'dynamodb:BatchGetItem'));

    sweep.allowAll(secrets.watchPermissions());

    for (const keeper of [refresh, sweep]) {
      secrets.allowWriting(keeper);
      backups.allowKeeping(keeper);
      keeper.allow(auditTable.appendStatement());
      keeper.allow(this.#putEventsStatement());
    }
    new RefreshSchedules(this, 'Schedules', { refresh, sweep });

    const anchor = new KeeperFunction(this, 'Anchor', {
      bundle: bundles.anchor,
      description: 'Seals the audit',
      timeout: REFRESH_TIMEOUT,
      ...tables,
    });
    const auditAnchor = new AuditAnchor(this, 'AuditAnchor', { anchor, auditTable });
    this.auditAnchor = auditAnchor;

    const healthCheck = new HealthCheck(this, 'HealthCheck', {
      bundle: bundles['health-check'],
      timeout: REFRESH_TIMEOUT,
      tables,
      secrets,
      backups,
      auditAnchor,
    });

    this.adminApi = new AdminApi(this, 'AdminApi');
    this.identity = new AdminIdentity(this, 'AdminIdentity', { consoleUrl: this.adminApi.consoleUrl });
    this.#openToAdmins(bundles, healthCheck);

    const alerts = new KeeperFunction(this, 'AlertsFunction', {
      bundle: bundles.alerts,
      description: 'Tells people how the Zoho connections are doing',
      timeout: REFRESH_TIMEOUT,
      ...tables,
      // Two at once would tell the same twice.
      reservedConcurrentExecutions: 1,
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    alerts.allow(stateTable.statement('dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem'));
    alerts.allow(auditTable.appendStatement());
    alerts.allow(this.#putEventsStatement());
    new KeeperAlerts(this, 'Alerts', {
      alerts,
      sender: configuration.alerts.sender,
      apiUrl: this.adminApi.apiUrl,
    });
    const keys = [secrets.primaryKey, backups.key, auditAnchor.key];
    this.alarmTopic = this.#watch(configuration, { sweep, keys });
  }

  /** The admin API's functions: what reads, what changes, what Zoho redirects to, and the console. */
  #openToAdmins(bundles: KeeperProps['bundles'], healthCheck: HealthCheck): void {
    const { tables, secrets, backups, adminApi, identity } = this;
    const { stateTable, auditTable } = tables;
    const answering = { timeout: ADMIN_TIMEOUT, ...tables };
    const reader = new KeeperFunction(this, 'AdminApiFunction', {
      bundle: bundles['admin-api'],
      description: 'Answers what admins ask: status, audit, incidents, backups',
      ...answering,
    });
    reader.allow(stateTable.statement('dynamodb:BatchGetItem', 'dynamodb:GetItem'));
    reader.allow(auditTable.listStatement());
    reader.allowAll(secrets.probePermissions());
    backups.allowListing(reader);

    const operations = new KeeperFunction(this, 'AdminOperationsFunction', {
      bundle: bundles['admin-operations'],
      description: 'Does what admins ask: re-authorise, replace or restore a token, refresh',
      ...answering,
    });
    operations.lambda.addEnvironment('REDIRECT_URI', adminApi.redirectUri);
    operations.allow(stateTable.statement(...ATTEMPT));

    const callback = new KeeperFunction(this, 'OAuthCallbackFunction', {
      bundle: bundles['oauth-callback'],
      description: 'Takes in what Zoho redirects with after a consent',
      ...answering,
    });
    callback.allow(stateTable.statement(...ATTEMPT, 'dynamodb:DeleteItem'));

    for (const keeper of [operations, callback]) {
      secrets.allowWriting(keeper);
      backups.allowKeeping(keeper);
      keeper.allow(auditTable.appendStatement());
      keeper.allow(this.#putEventsStatement());
    }
    const console = new AdminConsole(this, 'AdminConsole', { bundle: bundles.console, identity });
    adminApi.addRoutes(
      {
        'admin-api': reader.lambda,
        'admin-operations': operations.lambda,
        'oauth-callback': callback.lambda,
        'health-check': healthCheck.function.lambda,
        console: console.lambda,
      },
      identity,
    );
  }

  /** Alarms and the dashboard, over every function that stands by now. */
  #watch(
    { alerts }: Configuration,
    { sweep, keys }: { sweep: KeeperFunction; keys: readonly IKey[] },
  ): ITopic {
    const keepers = this.node.findAll().filter((child) => child instanceof KeeperFunction);
    const functions = keepers.map(({ lambda }) => lambda);
    const { topic } = new AlarmTopic(this, 'AlarmTopic', alerts);
    const channel = { topic, runbooksUrl: alerts.runbooksUrl };
    const { alarms } = new KeeperAlarms(this, 'Alarms', { channel, functions, sweep: sweep.lambda, keys });
    new KeeperDashboard(this, 'Dashboard', { alarms, functions });
    return topic;
  }

  #putEventsStatement(): PolicyStatement {
    const resource = Stack.of(this).formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: 'default',
    });
    return new PolicyStatement({ actions: ['events:PutEvents'], resources: [resource] });
  }
}
