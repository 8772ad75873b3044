import { Grant, type IGrantable, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { ANY_SUFFIX } from './secret-suffix.ts';

/** Where a connection's access token lies, as policies name it. */
export interface AccessTokenPlace {
  /** The secret's ARN without what Secrets Manager appends to its name. */
  readonly secretArn: string;
  readonly keyArn: string;
  /** Of the secret and its key. */
  readonly region: string;
}

/** What it takes to read a secret. */
export const READ_SECRET = ['secretsmanager:GetSecretValue'];
/** What it takes of the secret's key. */
export const USE_KEY = ['kms:Decrypt'];

/** The secret's ARN, whatever its suffix is. */
export function secretPattern({ secretArn }: AccessTokenPlace): string {
  return `${secretArn}${ANY_SUFFIX}`;
}

/**
 * The key through Secrets Manager only, and for this secret only: Secrets Manager names it to KMS.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function onlyForSecret(place: AccessTokenPlace): NonNullable<PolicyStatementProps['conditions']> {
  return {
    StringEquals: { 'kms:ViaService': `secretsmanager.${place.region}.amazonaws.com` },
    StringLike: { 'kms:EncryptionContext:SecretARN': secretPattern(place) },
  };
}

/** Allows somebody, by its own policy, to read the access token. What cannot hold a policy is left as it is. */
export function grantByIdentity(grantee: IGrantable, place: AccessTokenPlace): Grant {
  const secret = Grant.addToPrincipal({
    grantee,
    actions: READ_SECRET,
    resourceArns: [secretPattern(place)],
  });
  const key = Grant.addToPrincipal({
    grantee,
    actions: USE_KEY,
    resourceArns: [place.keyArn],
    conditions: onlyForSecret(place),
  });
  return secret.combine(key);
}

/** What a resource's own policy says for that: the resource is the one that the policy is attached to. */
export function resourceStatement(
  { grantPrincipal }: IGrantable,
  allowed: Pick<PolicyStatementProps, 'actions' | 'conditions'>,
): PolicyStatement {
  return new PolicyStatement({ ...allowed, principals: [grantPrincipal], resources: ['*'] });
}
