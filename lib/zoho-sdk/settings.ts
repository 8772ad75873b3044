import { DataCenter, type Environment } from '@zohocrm/typescript-sdk-8.0';
import type { ZohoTokenReader } from '../client/reader.ts';
import { ZohoSdkRefusedError } from './errors.ts';
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

/** Whose settings there are: the SDK tells users of one data centre apart by their tokens' ids, which these do not have. */
let connectionInUse: string | null = null;

/**
 * Environment, token and store with which Zoho's SDK uses the published access token, and never mints one itself: not
 * when it takes the token for expired, and not when Zoho refuses it. Reads the token once, to learn the data centre.
 * For one connection in a process: after the SDK's `switchUser` it could call Zoho with another connection's token.
 *
 * @throws {ZohoTokenUnavailableError} and {@link ZohoSdkRefusedError}
 */
export async function createZohoSdkSettings({
  reader,
}: {
  readonly reader: Pick<ZohoTokenReader, 'getToken'>;
}): Promise<ZohoSdkSettings> {
  const { apiDomain, connection } = await reader.getToken();
  occupyFor(connection);
  const { origin } = new URL(apiDomain);
  const token = new PublishedToken(reader, origin);
  return {
    environment: DataCenter.setEnvironment(origin, NO_ACCOUNTS_SERVER, contentOrigin(origin)),
    token,
    store: new PublishedTokenStore(token),
  };
}

function occupyFor(connection: string): void {
  connectionInUse ??= connection;
  if (connectionInUse === connection) return;
  throw new ZohoSdkRefusedError(
    'OTHER_CONNECTION',
    `The SDK has the connection ${connectionInUse} in this process, and would mix up its token with that of ${connection}. Use the SDK for one connection in each function, or call Zoho for ${connection} by zohoFetch.`,
  );
}

/** Where the SDK uploads files for bulk writes: beside the API domain, as the SDK's own data centres have it. */
function contentOrigin(apiOrigin: string): string {
  return apiOrigin.replace('//www.', '//content.');
}
