/**
 * Why there is no access token:
 *
 * - `SECRET_ID_MISSING`: the reader was made without the name of a secret
 * - `SECRET_NOT_FOUND`: no such secret in the region that was asked, or a name that none can have
 * - `NOT_PUBLISHED`: the secret stands, and the keeper has not published a token yet
 * - `SECRET_BEING_DELETED`: somebody has scheduled its deletion
 * - `ACCESS_DENIED`, `KEY_ACCESS_DENIED`: the role may not read the secret, or not use its key
 * - `KEY_UNUSABLE`: the key is disabled or about to be deleted, or AWS's own, which other accounts cannot use
 * - `DOCUMENT_UNUSABLE`, `DOCUMENT_NEWER`: what stands there is no access token of that connection, or of a later format
 * - `TOKEN_EXPIRED`: the connection is down, so nobody has renewed the token
 * - `SECRETS_MANAGER_UNAVAILABLE`: anything else that Secrets Manager, the network or the SDK had to say
 */
export type ZohoTokenUnavailableCode =
  | 'SECRET_ID_MISSING'
  | 'SECRET_NOT_FOUND'
  | 'NOT_PUBLISHED'
  | 'SECRET_BEING_DELETED'
  | 'ACCESS_DENIED'
  | 'KEY_ACCESS_DENIED'
  | 'KEY_UNUSABLE'
  | 'DOCUMENT_UNUSABLE'
  | 'DOCUMENT_NEWER'
  | 'TOKEN_EXPIRED'
  | 'SECRETS_MANAGER_UNAVAILABLE';

/**
 * There is no access token to hand out. The message names the secret, the region and what to do; neither it nor `cause`
 * ever holds a token or what stands in the secret.
 */
export class ZohoTokenUnavailableError extends Error {
  override readonly name = 'ZohoTokenUnavailableError';
  readonly code: ZohoTokenUnavailableCode;

  constructor(code: ZohoTokenUnavailableCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A request was refused before anything was sent, since it would have carried the token where it does not belong:
 *
 * - `TARGET_INVALID`: neither a path that begins with one slash, nor an absolute https URL
 * - `ORIGIN_FORBIDDEN`: an origin that is neither the connection's API domain, nor an API, Desk or Mail host of Zoho's
 */
export class ZohoRequestRefusedError extends Error {
  override readonly name = 'ZohoRequestRefusedError';
  readonly code: 'TARGET_INVALID' | 'ORIGIN_FORBIDDEN';

  constructor(code: 'TARGET_INVALID' | 'ORIGIN_FORBIDDEN', message: string) {
    super(message);
    this.code = code;
  }
}
