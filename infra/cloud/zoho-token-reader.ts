import { ArnFormat, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type AccessTokenPlace, grantByIdentity } from './access-token-access.ts';
import { readTokenSource, type TokenSource, type ZohoTokenReaderProps } from './zoho-token-reader-props.ts';

/**
 * A connection's access token, for a stack or an account that the keeper is not in.
 *
 * @example
 * const reader = ZohoTokenReader.fromSecretName(this, 'Crm', { connection: 'crm', keyArn });
 * reader.grantRead(consumer);
 * consumer.addEnvironment('ZOHO_TOKEN_SECRET_ID', reader.secretId);
 */
export class ZohoTokenReader extends Construct {
  /**
   * What the function passes to the client library: the secret's name, or its ARN where it is, or may be, in another
   * account or region. The ARN is without the six characters that Secrets Manager appends, which nobody can know here.
   */
  readonly secretId: string;
  readonly #place: AccessTokenPlace;

  private constructor(scope: Construct, id: string, source: TokenSource) {
    super(scope, id);
    const stack = Stack.of(this);
    const {
      secretName,
      keyArn,
      partition = stack.partition,
      account = stack.account,
      region = stack.region,
    } = source;
    const secretArn = stack.formatArn({
      partition,
      account,
      region,
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: secretName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.#place = { secretArn, keyArn, region };
    const isHere = isSame(account, stack.account) && isSame(region, stack.region);
    this.secretId = isHere ? secretName : secretArn;
  }

  /** @throws {TokenReaderError} such as for a credential's secret, which no consumer may read */
  static fromSecretName(scope: Construct, id: string, props: ZohoTokenReaderProps): ZohoTokenReader {
    return new ZohoTokenReader(scope, id, readTokenSource(props, `${scope.node.path}/${id}`));
  }

  /**
   * Lets somebody read this access token and nothing else. Where it is in another account, that one has to allow it too:
   * `grantReadAccessToken` on the keeper's side.
   */
  grantRead(grantee: IGrantable): Grant {
    return grantByIdentity(grantee, this.#place);
  }
}

/** Of two that are not known at synthesis, both are taken for the stack's own. */
function isSame(one: string, other: string): boolean {
  const comparison = Token.compareStrings(one, other);
  return comparison === TokenComparison.SAME || comparison === TokenComparison.BOTH_UNRESOLVED;
}
