/**
 * What Zoho's SDK was about to do is not done:
 *
 * - `TOKEN_FOREIGN`: it holds a token of its own, from which it would mint
 * - `TOKEN_KEPT_ELSEWHERE`: it was to revoke, delete or store a token, which is the keeper's business
 * - `OTHER_CONNECTION`: there are settings of another connection in this process already, and the SDK would mix them up
 * - `API_DOMAIN_CHANGED`: the connection has moved to another data centre since the SDK was initialised
 */
export class ZohoSdkRefusedError extends Error {
  override readonly name = 'ZohoSdkRefusedError';
  readonly code: 'TOKEN_FOREIGN' | 'TOKEN_KEPT_ELSEWHERE' | 'OTHER_CONNECTION' | 'API_DOMAIN_CHANGED';

  constructor(code: ZohoSdkRefusedError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
