import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../../lib/config/configuration.ts';
import { useFunctionCode } from './function-code.ts';
import { ZohoTokenRecovery } from './zoho-token-recovery.ts';

/** Where CDK leaves a construct's own id out of what it contains: each logical id is what it would be in the stack itself. */
const WITHOUT_NAME = 'Default';

export interface ZohoTokenRecoveryStackProps {
  readonly configuration: Configuration;
  /** The folder with a folder for each function. */
  readonly functionCode: string;
}

/** The whole system as a stack of its own. */
export class ZohoTokenRecoveryStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, functionCode }: ZohoTokenRecoveryStackProps) {
    super(scope, id, {
      description: 'Keeps Zoho OAuth access alive: refreshes, checks, backs up and recovers its tokens',
      terminationProtection: true,
    });
    useFunctionCode(this, functionCode);
    const keeper = new ZohoTokenRecovery(this, WITHOUT_NAME, configuration);
    this.#output('ApiUrl', `${keeper.apiUrl}/`, 'The admin API');
    this.#output('ConsoleUrl', keeper.consoleUrl, 'Where admins see and recover the connections');
    this.#output(
      'RedirectUri',
      keeper.redirectUri,
      'What to register with each OAuth client in Zoho’s console',
    );
    this.#output('UserPoolId', keeper.userPool.userPoolId, 'Where admins are made');
    this.#output(
      'UserPoolClientId',
      keeper.userPoolClient.userPoolClientId,
      'What admins sign in to by the AWS CLI',
    );
    this.#output('AccessTokenSecrets', 'zoho/<connection>/access-token', 'The secrets that consumers read');
    this.#output('PrimaryKeyArn', keeper.primaryKeyArn, 'The key that consumers need kms:Decrypt on');
    this.#output('BackupTableName', keeper.backupTableName, 'The backups of the credentials');
    this.#output('BackupBucketName', keeper.backupBucketName, 'The same backups, as files');
    this.#output('BackupKeyArn', keeper.backupKeyArn, 'The key that the backups are encrypted under');
    this.#output('StateTableName', keeper.stateTableName, 'What is known of every connection');
    this.#output('AuditTableName', keeper.auditTableName, 'The audit, for npm run audit:verify');
    this.#output('AuditKeyArn', keeper.auditKeyArn, 'The key that seals the audit');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
