/**
 * What Zoho's SDK was about to do is not done:
 *
 * - `TOKEN_FOREIGN`: it holds a token of its own, from which it would mint
 * - `TOKEN_KEPT_ELSEWHERE`: it was to revoke, delete or store a token, which is the keeper's business
 * - `API_DOMAIN_CHANGED`: the connection has moved to another data centre since the SDK was initialised
 */
export class ZohoSdkRefusedError extends Error {
  override readonly name = 'ZohoSdkRefusedError';
  readonly code: 'TOKEN_FOREIGN' | 'TOKEN_KEPT_ELSEWHERE' | 'API_DOMAIN_CHANGED';

  constructor(code: ZohoSdkRefusedError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
