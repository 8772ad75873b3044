import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { makeAppendOnly } from './append-only.ts';

const BY_DAY_INDEX = 'byDay';

/** The audit: one chain of entries per connection (docs/adr/0011-audit-chain.md). No secret is in it. */
export class AuditTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'connection', type: AttributeType.STRING },
      sortKey: { name: 'sequence', type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: BY_DAY_INDEX,
      partitionKey: { name: 'day', type: AttributeType.STRING },
      sortKey: { name: 'at', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    makeAppendOnly(this.table);
  }

  /** Allows what a writer needs: to look for the end of a chain and to add to it. */
  appendStatement(): PolicyStatement {
    return new PolicyStatement({
      actions: ['dynamodb:PutItem', 'dynamodb:Query'],
      resources: [this.table.tableArn],
    });
  }

  /** Allows to list entries, of one chain or of all by day. */
  listStatement(): PolicyStatement {
    return new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [this.table.tableArn, `${this.table.tableArn}/index/${BY_DAY_INDEX}`],
    });
  }
}
