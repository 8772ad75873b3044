import type { APIHTTPConnector } from '@zohocrm/typescript-sdk-8.0';
import type { Token } from '@zohocrm/typescript-sdk-8.0/dist/models/authenticator/token.js';
import type { ZohoTokenReader } from '../client/reader.ts';
import { ZohoSdkRefusedError } from './errors.ts';

/**
 * The published access token, as Zoho's SDK asks for it before each request. It is no `OAuthToken`: the SDK mints only
 * in that class, when a token is missing, about to expire, or has a grant token.
 */
export class PublishedToken implements Token {
  readonly #reader: Pick<ZohoTokenReader, 'getToken'>;
  readonly #origin: string;

  /** @param origin where the SDK was initialised to call */
  constructor(reader: Pick<ZohoTokenReader, 'getToken'>, origin: string) {
    this.#reader = reader;
    this.#origin = origin;
  }

  /** @throws {ZohoTokenUnavailableError} and {@link ZohoSdkRefusedError}; the SDK hands on both as an `SDKException` */
  async authenticate(urlConnection: APIHTTPConnector): Promise<void> {
    const { accessToken, apiDomain } = await this.#reader.getToken();
    const { origin } = new URL(apiDomain);
    if (origin !== this.#origin) {
      throw new ZohoSdkRefusedError(
        'API_DOMAIN_CHANGED',
        `The connection’s API domain is ${origin} by now, and the SDK calls ${this.#origin}. No request was sent. Initialise the SDK anew.`,
      );
    }
    // Also over one that is there: the SDK adds to the header map of its caller, who may use that for many requests.
    urlConnection.addHeader('Authorization', `Zoho-oauthtoken ${accessToken}`);
  }

  /** Looks whether there is a token; nothing is generated. */
  async generateToken(): Promise<void> {
    await this.#reader.getToken();
  }

  getId(): null {
    return null;
  }

  async remove(): Promise<boolean> {
    throw keptElsewhere('removed');
  }

  async revoke(): Promise<boolean> {
    throw keptElsewhere('revoked');
  }
}

/** @param what what was not done with the token */
export function keptElsewhere(what: string): ZohoSdkRefusedError {
  return new ZohoSdkRefusedError(
    'TOKEN_KEPT_ELSEWHERE',
    `The access token was not ${what}: other functions use it, and the keeper looks after it. Ask its operators.`,
  );
}
