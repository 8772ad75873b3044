import { DataCenter, type Environment } from '@zohocrm/typescript-sdk-8.0';
import type { ZohoTokenReader } from '../client/reader.ts';
import { PublishedToken } from './published-token.ts';
import { PublishedTokenStore } from './published-token-store.ts';

/** What the SDK's `InitializeBuilder` is given. */
export interface ZohoSdkSettings {
  readonly environment: Environment;
  readonly token: PublishedToken;
  readonly store: PublishedTokenStore;
}

/** Where the SDK would ask for tokens: nowhere, should it ever try. The name can never exist (RFC 2606). */
const NO_ACCOUNTS_SERVER = 'https://no-token-requests.invalid/oauth/v2/token';

/**
 * Environment, token and store with which Zoho's SDK uses the published access token, and never mints one itself: not
 * when it takes the token for expired, and not when Zoho refuses it. Reads the token once, to learn the data centre.
 *
 * @throws {ZohoTokenUnavailableError}
 */
export async function createZohoSdkSettings({
  reader,
}: {
  readonly reader: Pick<ZohoTokenReader, 'getToken'>;
}): Promise<ZohoSdkSettings> {
  const { apiDomain } = await reader.getToken();
  const { origin } = new URL(apiDomain);
  const token = new PublishedToken(reader, apiDomain);
  return {
    environment: DataCenter.setEnvironment(origin, NO_ACCOUNTS_SERVER, contentOrigin(origin)),
    token,
    store: new PublishedTokenStore(token),
  };
}

/** Where the SDK uploads files for bulk writes: beside the API domain, as the SDK's own data centres have it. */
function contentOrigin(apiOrigin: string): string {
  return apiOrigin.replace('//www.', '//content.');
}
