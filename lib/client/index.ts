/** `zoho-token-recovery/client`: reads the access token that the keeper publishes, and calls Zoho with it. */
export type { ZohoToken } from './access-token-document.ts';
export {
  ZohoRequestRefusedError,
  type ZohoTokenUnavailableCode,
  ZohoTokenUnavailableError,
} from './errors.ts';
export {
  type ZohoAccessTokenContext,
  type ZohoAccessTokenMiddleware,
  type ZohoAccessTokenOptions,
  zohoAccessToken,
} from './middleware.ts';
export { createZohoTokenReader, type ZohoTokenReader, type ZohoTokenReaderOptions } from './reader.ts';
export type { ZohoRequestInit } from './zoho-fetch.ts';
