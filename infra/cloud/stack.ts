import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../../lib/config/configuration.ts';
import { AdminApi } from './admin-api.ts';
import { AdminIdentity } from './admin-identity.ts';
import type { Bundle, FunctionName } from './bundle.ts';
import { KeeperFunction } from './keeper-function.ts';
import { KeeperSecrets } from './keeper-secrets.ts';
import { RefreshSchedules } from './refresh-schedules.ts';
import { StateTable } from './state-table.ts';

/** Less than the lease of 150 s: nobody is overtaken while at work (docs/architecture.md). */
const REFRESH_TIMEOUT = Duration.seconds(120);

export interface ZohoTokenRecoveryStackProps {
  readonly configuration: Configuration;
  readonly bundles: Readonly<Record<FunctionName, Bundle>>;
}

/** The whole system. */
export class ZohoTokenRecoveryStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, bundles }: ZohoTokenRecoveryStackProps) {
    super(scope, id, {
      description: 'Keeps Zoho OAuth access alive: refreshes, checks, backs up and recovers its tokens',
      terminationProtection: true,
    });
    const stateTable = new StateTable(this, 'State');
    const secrets = new KeeperSecrets(this, 'Secrets', configuration);

    const refresh = new KeeperFunction(this, 'Refresh', {
      bundle: bundles.refresh,
      description: 'Refreshes every Zoho access token',
      timeout: REFRESH_TIMEOUT,
      stateTable,
      // Without the state table there is no lease; alone it is then by this.
      reservedConcurrentExecutions: 1,
      maxEventAge: Duration.minutes(15),
    });
    refresh.allow(stateTable.statement('dynamodb:UpdateItem'));

    const sweep = new KeeperFunction(this, 'Sweep', {
      bundle: bundles.sweep,
      description: 'Refreshes the Zoho access tokens that are due and were not',
      timeout: REFRESH_TIMEOUT,
      stateTable,
      reservedConcurrentExecutions: 1,
      // The next sweep knows as much.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    sweep.allow(stateTable.statement('dynamodb:UpdateItem', 'dynamodb:BatchGetItem'));

    for (const keeper of [refresh, sweep]) keeper.allowAll(secrets.refreshPermissions());
    new RefreshSchedules(this, 'Schedules', { refresh, sweep });

    const adminApi = new KeeperFunction(this, 'AdminApiFunction', {
      bundle: bundles['admin-api'],
      description: 'Answers the admin API',
      // API Gateway waits for 29 s.
      timeout: Duration.seconds(28),
      stateTable,
    });
    adminApi.allow(stateTable.statement('dynamodb:BatchGetItem'));
    const identity = new AdminIdentity(this, 'AdminIdentity');
    const { api } = new AdminApi(this, 'AdminApi', { handler: adminApi.lambda, identity });

    this.#output('ApiUrl', api.url, 'The admin API');
    this.#output('UserPoolId', identity.userPool.userPoolId, 'Where admins are made');
    this.#output('UserPoolClientId', identity.client.userPoolClientId, 'What admins sign in to');
    this.#output('AccessTokenSecrets', 'zoho/<connection>/access-token', 'The secrets that consumers read');
    this.#output('PrimaryKeyArn', secrets.primaryKey.keyArn, 'The key that consumers need kms:Decrypt on');
    this.#output('StateTableName', stateTable.table.tableName, 'What is known of every connection');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
