import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { type Configuration, checkConfiguration } from '../../lib/config/configuration.ts';
import { AccessTokenGrants } from './access-token-grants.ts';
import { functionCodeFor, prepareFunctions } from './function-code.ts';
import { Keeper } from './keeper.ts';
import { assertPlain } from './zoho-token-recovery-plain-props.ts';
import type { ZohoTokenRecoveryProps } from './zoho-token-recovery-props.ts';

/** Where CDK leaves a construct's own id out of what it contains. */
const WITHOUT_NAME = 'Default';

/**
 * The keeper, within anybody's stack. One in an account and region: its secrets, keys, alarms and dashboard have fixed
 * names.
 *
 * @example
 * const keeper = new ZohoTokenRecovery(this, 'Zoho', {
 *   connections: [{ id: 'crm', client: 'main', dataCenter: 'eu', scopes: ['ZohoCRM.org.READ'], probe: 'crm' }],
 *   alerts: { sender: 'zoho@company.example', recipients: { default: ['team@company.example'] } },
 * });
 * keeper.grantReadAccessToken(consumer, 'crm');
 */
export class ZohoTokenRecovery extends Construct {
  /** Where the admin API is, without a slash at its end. */
  readonly apiUrl: string;
  /** Where admins see and recover the connections. */
  readonly consoleUrl: string;
  /** What to register with each OAuth client in Zoho's console. */
  readonly redirectUri: string;
  /** Where admins are made, in the group `zoho-admins`. */
  readonly userPool: IUserPool;
  /** What operators sign in to by the AWS CLI. */
  readonly userPoolClient: IUserPoolClient;
  /** Where alarms are told: subscribe whoever else has to hear them. */
  readonly alarmTopic: ITopic;
  /** The key of the secrets; what a {@link ZohoTokenReader} in another stack or account asks for. */
  readonly primaryKeyArn: string;
  readonly backupKeyArn: string;
  readonly backupTableName: string;
  readonly backupBucketName: string;
  /** What is known of every connection. */
  readonly stateTableName: string;
  /** The audit, which `npm run audit:verify` checks by the key that seals it. */
  readonly auditTableName: string;
  readonly auditKeyArn: string;
  readonly #grants: AccessTokenGrants;

  /**
   * @throws {Error} with the code `CONFIGURATION_INVALID`, naming the path of each property that is wrong
   * @throws {FunctionCodeMissingError}
   */
  constructor(scope: Construct, id: string, props: ZohoTokenRecoveryProps) {
    super(scope, id);
    const source = `What ${this.node.path} is given`;
    assertPlain(props, source);
    const keeper = this.#makeKeeper(checkConfiguration(props, source));
    const { adminApi, identity, secrets, backups, tables, auditAnchor } = keeper;
    this.apiUrl = adminApi.apiUrl;
    this.consoleUrl = adminApi.consoleUrl;
    this.redirectUri = adminApi.redirectUri;
    this.userPool = identity.userPool;
    this.userPoolClient = identity.client;
    this.alarmTopic = keeper.alarmTopic;
    this.primaryKeyArn = secrets.primaryKey.keyArn;
    this.backupKeyArn = backups.key.keyArn;
    this.backupTableName = backups.table.tableName;
    this.backupBucketName = backups.bucket.bucketName;
    this.stateTableName = tables.stateTable.table.tableName;
    this.auditTableName = tables.auditTable.table.tableName;
    this.auditKeyArn = auditAnchor.key.keyArn;
    this.#grants = new AccessTokenGrants(this, 'Grants', secrets);
  }

  /**
   * Lets somebody read one connection's access token, and nothing else: `secretsmanager:GetSecretValue` on its secret, and
   * the key through Secrets Manager for this secret only. For a principal of another account the secret and the key get a
   * policy of their own as well; that account allows it on its side by a {@link ZohoTokenReader}.
   *
   * The credential cannot be granted: it is for the keeper's own functions.
   *
   * @throws {UnknownConnectionError} naming the connections that there are
   * @throws {UngrantableError} for a principal that is not of one certain account
   */
  grantReadAccessToken(grantee: IGrantable, connection: string): Grant {
    return this.#grants.grantRead(grantee, connection);
  }

  #makeKeeper(configuration: Configuration): Keeper {
    // A new folder each time: CDK remembers for a path what it has staged from it.
    const folder = mkdtempSync(join(tmpdir(), 'zoho-token-recovery-'));
    try {
      const bundles = prepareFunctions(functionCodeFor(this), folder, configuration);
      return new Keeper(this, WITHOUT_NAME, { configuration, bundles });
    } finally {
      // Without staging (cdk synth --no-staging) the template names this very folder.
      const isNamed = this.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT);
      if (!isNamed) rmSync(folder, { recursive: true, force: true });
    }
  }
}
