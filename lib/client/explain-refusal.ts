import { type ZohoTokenUnavailableCode, ZohoTokenUnavailableError } from './errors.ts';

/** Which secret was asked for, in words: the same name may stand in another region. */
export interface SecretPlace {
  readonly secretId: string;
  /** The region that was asked. */
  readonly region: string;
}

/** The secret in words, as a sentence begins with it. */
export function describeSecret({ secretId, region }: SecretPlace): string {
  return `The secret ${secretId} in ${region}`;
}

/**
 * What an error of the SDK's means for a person.
 *
 * @param error what `GetSecretValue` was answered with, or why it was not answered
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors
 */
export function explainRefusal(error: unknown, place: SecretPlace): ZohoTokenUnavailableError {
  const { name, message } = error instanceof Error ? error : { name: 'UnknownError', message: '' };
  const secret = describeSecret(place);
  const explain = (code: ZohoTokenUnavailableCode, text: string) =>
    new ZohoTokenUnavailableError(code, text, tellableCause(error));

  if (name === 'ResourceNotFoundException' && message.includes('secret value')) return notPublished(secret);
  if (NO_SUCH_SECRET.test(name)) {
    return explain(
      'SECRET_NOT_FOUND',
      `There is no secret ${place.secretId} in ${place.region}. Check the connection’s id, the account and the region.`,
    );
  }
  const isOfKey = isKeyRefusal(name, message);
  if (isOfKey || name === 'AccessDeniedException') {
    return explain(
      isOfKey ? 'KEY_ACCESS_DENIED' : 'ACCESS_DENIED',
      `${secret} may not be read${isOfKey ? ', since its key may not be used' : ''}. Give the function’s role ${isOfKey ? '' : 'secretsmanager:GetSecretValue on it, and '}kms:Decrypt on the stack’s key. From another account, the secret’s and its key’s policies have to allow it too.`,
    );
  }
  if (name === 'DecryptionFailure' || message.includes('different AWS account')) {
    return explain(
      'KEY_UNUSABLE',
      `${secret} cannot be decrypted: its key is disabled or about to be deleted, or AWS’s own, which no other account can use. Tell the keeper’s operators.`,
    );
  }
  if (message.includes('deletion')) {
    return explain('SECRET_BEING_DELETED', `${secret} is about to be deleted. Tell the keeper’s operators.`);
  }
  return explain(
    'SECRETS_MANAGER_UNAVAILABLE',
    `${secret} could not be read: Secrets Manager or the network failed with ${name}. The next call tries again; if it stays so, check the function’s network, region and credentials.`,
  );
}

/** @param secret as {@link describeSecret} says it */
export function notPublished(secret: string): ZohoTokenUnavailableError {
  return new ZohoTokenUnavailableError(
    'NOT_PUBLISHED',
    `${secret} holds no access token yet. An admin has to give the first consent.`,
  );
}

/** A role without `kms:Decrypt` is told so in Secrets Manager's own words, or in those of KMS. */
function isKeyRefusal(name: string, message: string): boolean {
  return name.startsWith('KMSAccessDenied') || (name === 'AccessDeniedException' && KEY.test(message));
}

/** The last two for a name that no secret can have. */
const NO_SUCH_SECRET = /^(?:ResourceNotFound|Validation|InvalidParameter)Exception$/;

const KEY = /Access to KMS|kms:Decrypt/;

/** A parser's error quotes what it could not parse, which may be an answer with a token in it. */
function tellableCause(error: unknown): ErrorOptions | undefined {
  return error instanceof SyntaxError ? undefined : { cause: error };
}
