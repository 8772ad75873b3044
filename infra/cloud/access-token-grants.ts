import { ArnFormat, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  type AccessTokenPlace,
  grantByIdentity,
  onlyForSecret,
  READ_SECRET,
  resourceStatement,
  USE_KEY,
} from './access-token-access.ts';
import { assertNameable } from './access-token-principals.ts';
import { UnknownConnectionError } from './errors.ts';
import type { KeeperSecrets } from './keeper-secrets.ts';
import { SecretPolicy } from './secret-policy.ts';

/** Lets others read access tokens, one connection at a time (docs/adr/0026-construct-for-embedders.md). */
export class AccessTokenGrants extends Construct {
  readonly #secrets: KeeperSecrets;
  readonly #policies = new Map<string, SecretPolicy>();

  constructor(scope: Construct, id: string, secrets: KeeperSecrets) {
    super(scope, id);
    this.#secrets = secrets;
  }

  /** @throws {UnknownConnectionError | UngrantableError} */
  grantRead(grantee: IGrantable, connection: string): Grant {
    const secret = this.#secretOf(connection);
    const place = this.#placeOf(secret);
    const byIdentity = grantByIdentity(grantee, place);
    if (byIdentity.success && this.#isOwnAccount(grantee.grantPrincipal.principalAccount)) return byIdentity;
    assertNameable(Stack.of(this), grantee);
    return byIdentity.combine(this.#grantByResources(grantee, { connection, secret, place }));
  }

  #secretOf(connection: string): CfnSecret {
    const { accessTokens } = this.#secrets;
    const secret = accessTokens.get(connection);
    if (secret) return secret;
    throw new UnknownConnectionError(
      `There is no connection "${connection}" whose access token could be granted. ` +
        `The connections are: ${[...accessTokens.keys()].join(', ')}.`,
    );
  }

  #placeOf({ name = '' }: CfnSecret): AccessTokenPlace {
    const stack = Stack.of(this);
    const secretArn = stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return { secretArn, keyArn: this.#secrets.primaryKey.keyArn, region: stack.region };
  }

  /**
   * Another account's own policies count for nothing without these two.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
   */
  #grantByResources(
    grantee: IGrantable,
    { connection, secret, place }: { connection: string; secret: CfnSecret; place: AccessTokenPlace },
  ): Grant {
    const { primaryKey } = this.#secrets;
    const onSecret = { actions: READ_SECRET };
    const onKey = { actions: USE_KEY, conditions: onlyForSecret(place) };
    return Grant.addStatementToResourcePolicy({
      grantee,
      ...onSecret,
      resourceArns: [secret.ref],
      resource: this.#policyOf(connection, secret),
      statement: resourceStatement(grantee, onSecret),
    }).combine(
      Grant.addStatementToResourcePolicy({
        grantee,
        ...onKey,
        resourceArns: [place.keyArn],
        resource: primaryKey,
        statement: resourceStatement(grantee, onKey),
      }),
    );
  }

  /** A secret has one policy, whoever is granted. */
  #policyOf(connection: string, secret: CfnSecret): SecretPolicy {
    const known = this.#policies.get(connection);
    if (known) return known;
    const policy = new SecretPolicy(this, connection, secret);
    this.#policies.set(connection, policy);
    return policy;
  }

  /** Of a stack that is not bound to an account, only what nobody knows of either is taken for its own. */
  #isOwnAccount(account: string | undefined): boolean {
    const comparison = Token.compareStrings(Stack.of(this).account, account ?? '');
    return comparison === TokenComparison.SAME || comparison === TokenComparison.BOTH_UNRESOLVED;
  }
}
