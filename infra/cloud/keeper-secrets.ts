import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Configuration } from '../../lib/config/configuration.ts';
import { acknowledge } from './acknowledge.ts';
import type { KeeperFunction, Permissions } from './keeper-function.ts';
import { ANY_SUFFIX } from './secret-suffix.ts';

const NAME = {
  credential: (connection: string) => `zoho/${connection}/credential`,
  accessToken: (connection: string) => `zoho/${connection}/access-token`,
  client: (client: string) => `zoho/clients/${client}`,
};
const ANY = '*';
const TOKENS = `${NAME.accessToken(ANY)}${ANY_SUFFIX}`;
/** Kept when the stack or its place in it goes, but not when the very deployment that made it fails. */
const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/**
 * The secrets of every connection and client under one key. They are made without a value and kept when the stack goes
 * (docs/adr/0008-secrets-without-a-value.md).
 */
export class KeeperSecrets extends Construct {
  readonly primaryKey: Key;
  /** What consumers read of each connection, by its id. */
  readonly accessTokens: ReadonlyMap<string, CfnSecret>;

  constructor(scope: Construct, id: string, { connections }: Configuration) {
    super(scope, id);
    this.primaryKey = new Key(this, 'PrimaryKey', {
      alias: 'zoho-token-recovery/primary',
      description: 'Encrypts the Zoho credentials and access tokens',
      enableKeyRotation: true,
      removalPolicy: KEPT,
    });
    for (const client of new Set(connections.map((connection) => connection.client))) {
      this.#addSecret(`Client-${client}`, {
        name: NAME.client(client),
        description: `OAuth client "${client}": id and secret, put by an operator`,
        whyNotRotated: 'Only a person can renew a client secret, in Zoho’s console.',
      });
    }
    this.accessTokens = new Map(connections.map(({ id }) => [id, this.#addConnection(id)]));
  }

  /** @returns the secret of its access token */
  #addConnection(id: string): CfnSecret {
    this.#addSecret(`Credential-${id}`, {
      name: NAME.credential(id),
      description: `Zoho refresh token of the connection "${id}"`,
      whyNotRotated: 'A refresh token is renewed by a person’s consent only; it does not expire.',
    });
    return this.#addSecret(`AccessToken-${id}`, {
      name: NAME.accessToken(id),
      description: `Zoho access token of the connection "${id}", for consumers`,
      whyNotRotated:
        'The refresh function renews it every 50 minutes; Secrets Manager’s own rotation is every 4 hours at most.',
    });
  }

  /** What it takes to look whether an access token works. */
  probePermissions(): Permissions {
    return {
      statements: [
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: [this.#arn(TOKENS)],
        }),
        this.#keyStatement('kms:Decrypt'),
      ],
      findings: findingsOn([TOKENS]),
    };
  }

  /** What it takes to notice that a secret is lost. */
  watchPermissions(): Permissions {
    return {
      statements: [new PolicyStatement({ actions: ['secretsmanager:ListSecrets'], resources: ['*'] })],
      findings: {
        'AwsSolutions-IAM5[Resource::*]': 'ListSecrets knows no resources: AWS accepts only * for it.',
      },
    };
  }

  /** Lets a function look at every secret, mint from what it finds, and stage what Zoho may send in place of it. */
  allowChecking(keeper: KeeperFunction): void {
    keeper.lambda.addEnvironment('PRIMARY_KEY_ID', this.primaryKey.keyArn);
    keeper.allowAll(this.#checkPermissions());
  }

  #checkPermissions(): Permissions {
    const credentials = `${NAME.credential(ANY)}${ANY_SUFFIX}`;
    const read = [credentials, TOKENS, `${NAME.client(ANY)}${ANY_SUFFIX}`];
    return {
      statements: [
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          resources: read.map((name) => this.#arn(name)),
        }),
        new PolicyStatement({
          actions: ['secretsmanager:PutSecretValue'],
          resources: [this.#arn(credentials)],
        }),
        this.#keyStatement('kms:Decrypt', 'kms:GenerateDataKey'),
        this.#describeKeyStatement(),
      ],
      findings: findingsOn(read),
    };
  }

  /** Lets a function mint from the stored credentials, replace them, publish access tokens, and make anew what is lost. */
  allowWriting(keeper: KeeperFunction): void {
    keeper.lambda.addEnvironment('PRIMARY_KEY_ID', this.primaryKey.keyArn);
    keeper.allowAll(this.#writePermissions());
  }

  #writePermissions(): Permissions {
    const standing = [`${NAME.credential(ANY)}${ANY_SUFFIX}`, TOKENS];
    // One that is gone, or is about to be made, has no such suffix.
    const gone = [NAME.credential(ANY), NAME.accessToken(ANY)];
    const written = [...standing, ...gone];
    const read = [...standing, NAME.credential(ANY), `${NAME.client(ANY)}${ANY_SUFFIX}`];
    return {
      statements: [
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: read.map((name) => this.#arn(name)),
        }),
        new PolicyStatement({
          actions: [
            'secretsmanager:PutSecretValue',
            'secretsmanager:UpdateSecretVersionStage',
            'secretsmanager:DescribeSecret',
            'secretsmanager:CreateSecret',
            'secretsmanager:RestoreSecret',
            'secretsmanager:UpdateSecret',
          ],
          resources: written.map((name) => this.#arn(name)),
        }),
        this.#keyStatement('kms:Decrypt', 'kms:GenerateDataKey'),
        this.#describeKeyStatement(),
      ],
      findings: findingsOn([...written, ...read]),
    };
  }

  #describeKeyStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['kms:DescribeKey'], resources: [this.primaryKey.keyArn] });
  }

  /** The key, through Secrets Manager only. */
  #keyStatement(...actions: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      actions: [...actions],
      resources: [this.primaryKey.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
      },
    });
  }

  #addSecret(
    id: string,
    { name, description, whyNotRotated }: { name: string; description: string; whyNotRotated: string },
  ): CfnSecret {
    const secret = new CfnSecret(this, id, { name, description, kmsKeyId: this.primaryKey.keyArn });
    secret.applyRemovalPolicy(KEPT);
    acknowledge(secret, { 'AwsSolutions-SMG4': whyNotRotated });
    return secret;
  }

  #arn(name: string): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

function findingsOn(names: readonly string[]): Permissions['findings'] {
  return Object.fromEntries(
    names.map((name) => [
      `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}]`,
      'The function serves every connection, and hundreds of ARNs do not fit into a role’s policy.',
    ]),
  );
}
