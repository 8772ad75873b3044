import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AuditAnchor } from './audit-anchor.ts';
import type { Bundle } from './function-code.ts';
import type { KeeperBackups } from './keeper-backups.ts';
import { KeeperFunction, type KeeperTables, type Permissions } from './keeper-function.ts';
import type { KeeperSecrets } from './keeper-secrets.ts';

/** What the keeper tells the default bus when a connection's health changes. */
const HEALTH_CHANGED = { source: ['zoho-token-recovery'], detailType: ['ZohoConnectionHealthChanged'] };

export interface HealthCheckProps {
  readonly bundle: Bundle;
  readonly timeout: Duration;
  readonly tables: KeeperTables;
  readonly secrets: KeeperSecrets;
  readonly backups: KeeperBackups;
  readonly auditAnchor: AuditAnchor;
}

/**
 * What checks the connections' health: the function, what it may do, and its rules. Once a day it looks at all of them,
 * and at each when its health changes.
 */
export class HealthCheck extends Construct {
  readonly function: KeeperFunction;

  constructor(scope: Construct, id: string, { bundle, timeout, tables, ...stores }: HealthCheckProps) {
    super(scope, id);
    this.function = new KeeperFunction(this, 'Check', {
      bundle,
      description: 'Checks the health of the Zoho connections, and tries their backups',
      timeout,
      ...tables,
    });
    // The lease of a drill, the reports and the rates; and the states of all connections.
    this.function.allow(
      tables.stateTable.statement(
        'dynamodb:UpdateItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:BatchGetItem',
      ),
    );
    this.function.allow(tables.auditTable.appendStatement());
    stores.secrets.allowChecking(this.function);
    stores.backups.allowChecking(this.function);
    stores.auditAnchor.allowVerifying(this.function);
    this.function.allowAll(this.#emailPermissions());
    this.#addRules();
  }

  /** What it takes to see whether e-mails leave. */
  #emailPermissions(): Permissions {
    const identities = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'identity',
      resourceName: '*',
    });
    return {
      statements: [
        new PolicyStatement({
          actions: ['ses:GetAccount', 'ses:GetSuppressedDestination'],
          resources: ['*'],
        }),
        new PolicyStatement({ actions: ['ses:GetEmailIdentity'], resources: [identities] }),
      ],
      findings: {
        'AwsSolutions-IAM5[Resource::*]':
          'GetAccount and GetSuppressedDestination know no resources: AWS accepts only * for them.',
        'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]':
          'A sender is verified by its address or by its domain; the function reads of either whether it is.',
      },
    };
  }

  #addRules(): void {
    const { lambda } = this.function;
    new Rule(this, 'Daily', {
      description: 'Checks the health of every Zoho connection',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(lambda, { event: RuleTargetInput.fromObject({}) })],
    });
    new Rule(this, 'OnChange', {
      description: 'Checks a Zoho connection whose health has changed',
      eventPattern: HEALTH_CHANGED,
      targets: [new LambdaFunction(lambda)],
    });
  }
}
