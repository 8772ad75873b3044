import { RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  type FunctionOptions,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { AuditTable } from './audit-table.ts';
import { type Bundle, CONFIGURATION_FILE } from './function-code.ts';
import type { StateTable } from './state-table.ts';

/** The tables that every function knows that works with connections; what it may do with each is another matter. */
export interface KeeperTables {
  readonly stateTable: StateTable;
  readonly auditTable: AuditTable;
}

export interface KeeperFunctionProps
  extends Required<Pick<FunctionOptions, 'description' | 'timeout'>>,
    Pick<FunctionOptions, 'reservedConcurrentExecutions' | 'maxEventAge' | 'retryAttempts'>,
    Partial<KeeperTables> {
  readonly bundle: Bundle;
}

/** What a function may do, and the findings of cdk-nag on it with the reason for each. */
export interface Permissions {
  readonly statements: readonly PolicyStatement[];
  readonly findings: Readonly<Record<string, string>>;
}

/** One of the keeper's Lambdas: its bundle, with a log group and a role of its own. */
export class KeeperFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: KeeperFunctionProps) {
    super(scope, id);
    const { bundle, stateTable, auditTable, ...settings } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // CDK's own role comes with a managed policy that may write to every log group of the account.
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.#role);
    this.lambda = new LambdaFunction(this, 'Function', {
      ...settings,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // CPU comes with memory: with less, a cold start and the TLS handshakes take several times as long.
      memorySize: 512,
      handler: 'index.handler',
      code: Code.fromAsset(bundle.directory),
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: {
        CONFIGURATION_FILE,
        ...(stateTable && { STATE_TABLE_NAME: stateTable.table.tableName }),
        ...(auditTable && { AUDIT_TABLE_NAME: auditTable.table.tableName }),
      },
    });
    acknowledge(this.#role, {
      'AwsSolutions-IAM5[Resource::*]':
        'X-Ray’s two write actions know no resources: AWS accepts only * for them.',
    });
  }

  /** Allows it one more thing. */
  allow(statement: PolicyStatement): void {
    this.#role.addToPrincipalPolicy(statement);
  }

  /** Allows it to do something with what another construct holds. */
  allowAll({ statements, findings }: Permissions): void {
    for (const statement of statements) this.allow(statement);
    acknowledge(this.#role, findings);
  }
}
