import type { TokenStore } from '@zohocrm/typescript-sdk-8.0/dist/models/authenticator/store/token_store.js';
import type { Token } from '@zohocrm/typescript-sdk-8.0/dist/models/authenticator/token.js';
import { ZohoSdkRefusedError } from './errors.ts';
import { keptElsewhere, type PublishedToken } from './published-token.ts';

/**
 * The SDK's token store, without any storage: Secrets Manager is the store. Without one the SDK would write a file beside
 * its own code. An `OAuthToken` that is looked up here is refused, so that the SDK never mints from it.
 */
export class PublishedTokenStore implements TokenStore {
  readonly #token: PublishedToken;

  constructor(token: PublishedToken) {
    this.#token = token;
  }

  async findToken(token: Token): Promise<Token> {
    if (token === this.#token) return token;
    throw foreignToken();
  }

  async findTokenById(): Promise<Token> {
    throw foreignToken();
  }

  async getTokens(): Promise<Token[]> {
    return [this.#token];
  }

  async saveToken(): Promise<void> {
    throw keptElsewhere('stored');
  }

  async deleteToken(): Promise<void> {
    throw keptElsewhere('deleted');
  }

  async deleteTokens(): Promise<void> {
    throw keptElsewhere('deleted');
  }
}

function foreignToken(): ZohoSdkRefusedError {
  return new ZohoSdkRefusedError(
    'TOKEN_FOREIGN',
    'The SDK was given a token of its own, from which it would mint: that takes mints from all who share the connection, and in the end drops their refresh token. Initialise it with the token of createZohoSdkSettings.',
  );
}
