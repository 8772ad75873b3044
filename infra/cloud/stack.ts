import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ZohoTokenRecovery, type ZohoTokenRecoveryProps } from './zoho-token-recovery.ts';

/** Where CDK leaves a construct's own id out of what it contains: each logical id is what it would be in the stack itself. */
const WITHOUT_NAME = 'Default';

/** The whole system as a stack of its own. */
export class ZohoTokenRecoveryStack extends Stack {
  constructor(scope: Construct, id: string, props: ZohoTokenRecoveryProps) {
    super(scope, id, {
      description: 'Keeps Zoho OAuth access alive: refreshes, checks, backs up and recovers its tokens',
      terminationProtection: true,
    });
    const keeper = new ZohoTokenRecovery(this, WITHOUT_NAME, props);
    const { adminApi, identity, secrets, backups, tables, auditAnchor } = keeper;
    this.#output('ApiUrl', adminApi.api.url, 'The admin API');
    this.#output('ConsoleUrl', adminApi.consoleUrl, 'Where admins see and recover the connections');
    this.#output(
      'RedirectUri',
      adminApi.redirectUri,
      'What to register with each OAuth client in Zoho’s console',
    );
    this.#output('UserPoolId', identity.userPool.userPoolId, 'Where admins are made');
    this.#output(
      'UserPoolClientId',
      identity.client.userPoolClientId,
      'What admins sign in to by the AWS CLI',
    );
    this.#output('AccessTokenSecrets', 'zoho/<connection>/access-token', 'The secrets that consumers read');
    this.#output('PrimaryKeyArn', secrets.primaryKey.keyArn, 'The key that consumers need kms:Decrypt on');
    this.#output('BackupTableName', backups.table.tableName, 'The backups of the credentials');
    this.#output('BackupBucketName', backups.bucket.bucketName, 'The same backups, as files');
    this.#output('BackupKeyArn', backups.key.keyArn, 'The key that the backups are encrypted under');
    this.#output('StateTableName', tables.stateTable.table.tableName, 'What is known of every connection');
    this.#output('AuditTableName', tables.auditTable.table.tableName, 'The audit, for npm run audit:verify');
    this.#output('AuditKeyArn', auditAnchor.key.keyArn, 'The key that seals the audit');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
