import { App, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { useFunctionCode } from '../../../../infra/cloud/function-code.ts';
import {
  ZohoTokenReader,
  ZohoTokenRecovery,
  type ZohoTokenRecoveryProps,
} from '../../../../infra/cloud/index.ts';

/** What the sample is made of. */
export interface SampleOptions {
  readonly outdir: string;
  /** It has the connections `crm` and `books`. */
  readonly configuration: ZohoTokenRecoveryProps;
  /** The folder with a folder for each function of the keeper. */
  readonly functionCode: string;
  /** The folder with the consumer's `index.mjs`. */
  readonly consumerCode: string;
}

/** Somebody's app: a stack with the keeper among other things, and another one that reads a token of it. */
export function createSampleApp(options: SampleOptions): {
  app: App;
  platform: PlatformStack;
  reports: ReportsStack;
} {
  const app = new App({ outdir: options.outdir });
  const platform = new PlatformStack(app, 'Platform', options);
  const reports = new ReportsStack(app, 'Reports', { ...options, keyArn: platform.keeper.primaryKeyArn });
  return { app, platform, reports };
}

/** The keeper within a stack that is there for something else. */
export class PlatformStack extends Stack {
  readonly keeper: ZohoTokenRecovery;
  readonly consumer: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { configuration, functionCode, consumerCode }: Omit<SampleOptions, 'outdir'>,
  ) {
    super(scope, id);
    // A package's own copy of the code needs no such line.
    useFunctionCode(this, functionCode);
    new Table(this, 'Contacts', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
    });
    this.keeper = new ZohoTokenRecovery(this, 'Zoho', configuration);
    this.consumer = new LambdaFunction(this, 'ContactSync', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(consumerCode),
      environment: { ZOHO_TOKEN_SECRET_ID: 'zoho/crm/access-token', ZOHO_PATH: '/crm/v8/org' },
    });
    this.keeper.grantReadAccessToken(this.consumer, 'crm');
    new Rule(this, 'TokenPublished', {
      eventPattern: {
        source: ['zoho-token-recovery'],
        detailType: ['ZohoAccessTokenPublished'],
        detail: { connection: ['crm'] },
      },
      targets: [new LambdaTarget(this.consumer)],
    });
  }
}

/** A stack that knows of the keeper no more than its key's ARN. */
export class ReportsStack extends Stack {
  readonly consumer: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { keyArn, consumerCode }: Pick<SampleOptions, 'consumerCode'> & { keyArn: string },
  ) {
    super(scope, id);
    const reader = ZohoTokenReader.fromSecretName(this, 'Books', { connection: 'books', keyArn });
    this.consumer = new LambdaFunction(this, 'BooksReport', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(consumerCode),
      environment: { ZOHO_TOKEN_SECRET_ID: reader.secretId, ZOHO_PATH: '/books/v3/organizations' },
    });
    reader.grantRead(this.consumer);
  }
}
