import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { makeAppendOnly } from './append-only.ts';
import type { KeeperFunction, Permissions } from './keeper-function.ts';

/** The bucket's own rule of what is kept; the table's is the keeper's (lib/domain/backup.ts), and a test holds both alike. */
const KEPT_GENERATIONS = 20;
const KEPT_DAYS = 90;

/** What every backup is encrypted for: nothing else can be done with the key by the keeper. */
const PURPOSE = 'credential-backup';

/**
 * The backups of the credentials, in a table and in a bucket, encrypted under a key of their own: one key, table or bucket
 * lost takes no more than one copy (docs/adr/0018-backups.md).
 */
export class KeeperBackups extends Construct {
  readonly key: Key;
  readonly table: Table;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      alias: 'zoho-token-recovery/backup',
      description: 'Encrypts the backups of the Zoho credentials',
      enableKeyRotation: true,
      // Kept when the stack goes, but not when the very deployment that made it fails.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.table = this.#makeTable();
    this.bucket = this.#makeBucket();
  }

  /** Lets a function back credentials up, and take them back. */
  allowKeeping(keeper: KeeperFunction): void {
    this.#tellAbout(keeper);
    keeper.lambda.addEnvironment('BACKUP_KEY_ID', this.key.keyArn);
    keeper.allow(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:Query'],
        resources: [this.table.tableArn],
      }),
    );
    keeper.allow(this.#keyStatement('kms:GenerateDataKey', 'kms:Decrypt'));
    keeper.allowAll(this.#filePermissions('s3:PutObject', 's3:GetObjectVersion'));
  }

  /** Lets a function decrypt backups, write none, and see how their key is. */
  allowChecking(keeper: KeeperFunction): void {
    this.allowListing(keeper);
    keeper.lambda.addEnvironment('BACKUP_KEY_ID', this.key.keyArn);
    keeper.allow(this.#keyStatement('kms:Decrypt'));
    keeper.allow(new PolicyStatement({ actions: ['kms:DescribeKey'], resources: [this.key.keyArn] }));
  }

  /** Lets a function see which backups there are, and decrypt none. */
  allowListing(keeper: KeeperFunction): void {
    this.#tellAbout(keeper);
    keeper.allow(new PolicyStatement({ actions: ['dynamodb:Query'], resources: [this.table.tableArn] }));
    keeper.allowAll(this.#filePermissions('s3:GetObjectVersion'));
  }

  /** The key, for backups only. */
  #keyStatement(...actions: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      actions: [...actions],
      resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:purpose': PURPOSE } },
    });
  }

  #tellAbout({ lambda }: KeeperFunction): void {
    lambda.addEnvironment('BACKUP_TABLE_NAME', this.table.tableName);
    lambda.addEnvironment('BACKUP_BUCKET_NAME', this.bucket.bucketName);
  }

  #filePermissions(...actions: readonly string[]): Permissions {
    const { bucketArn } = this.bucket;
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    return {
      statements: [
        new PolicyStatement({ actions: ['s3:ListBucketVersions'], resources: [bucketArn] }),
        new PolicyStatement({ actions: [...actions], resources: [`${bucketArn}/credentials/*`] }),
      ],
      findings: {
        [`AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/credentials/*]`]:
          'One file for each connection, and hundreds of ARNs do not fit into a role’s policy.',
      },
    };
  }

  #makeTable(): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'connection', type: AttributeType.STRING },
      sortKey: { name: 'generation', type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Set for what the newest generations have pushed out, and for nothing else.
      timeToLiveAttribute: 'expiresAtS',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    makeAppendOnly(table);
    return table;
  }

  /** What is in it is encrypted before it comes here; S3's own key encrypts it once more. */
  #makeBucket(): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(KEPT_DAYS)),
      lifecycleRules: [
        {
          // The newest version is never noncurrent, so it never expires.
          noncurrentVersionExpiration: Duration.days(KEPT_DAYS),
          noncurrentVersionsToRetain: KEPT_GENERATIONS - 1,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'CloudTrail’s data events say who read what, with the caller’s identity; access logs would be one more bucket to guard.',
    });
    return bucket;
  }
}
