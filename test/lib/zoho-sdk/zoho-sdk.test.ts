/**
 * Holds Zoho's own SDK, the real one, against the simulated Zoho: it works with the published token, goes on over a
 * rotation, and never asks for a token itself.
 */
import {
  APIHTTPConnector,
  type APIResponse,
  DataCenter,
  type Environment,
  InitializeBuilder,
  Initializer,
  OAuthBuilder,
  Org,
} from '@zohocrm/typescript-sdk-8.0';
import { describe, expect, it } from 'vitest';
import { createZohoSdkSettings, type ZohoSdkSettings } from '../../../lib/zoho-sdk/index.ts';
import { startZoho } from '../../infra/local/zoho/support.ts';
import { aReader, aToken, MINUTE_MS, NOW_MS, startSecrets } from '../client/support.ts';

interface SdkToken {
  readonly environment: Environment;
  readonly token: object;
  readonly store: ZohoSdkSettings['store'];
}

/** A published token of the simulated Zoho, and the SDK initialised as a consumer does it. */
async function startSdk() {
  const { zoho, authorize } = await startZoho();
  const { client, publish, reads } = await startSecrets();
  const first = await authorize();
  await publish({ accessToken: first.accessToken, apiDomain: zoho.origin });
  const { reader, clock } = aReader(client);
  const settings = await createZohoSdkSettings({ reader });
  // With the simulator as its accounts server, any token request that the SDK made would be on record there.
  const environment = DataCenter.setEnvironment(zoho.origin, `${zoho.origin}/oauth/v2/token`, zoho.origin);
  const noted = zoho.journal.length;
  return {
    zoho,
    authorize,
    first,
    publish,
    reads,
    reader,
    clock,
    settings: { ...settings, environment },
    ownEnvironment: settings.environment,
    /** Token requests since; `authorize` makes one itself. */
    tokenRequests: () => zoho.journal.length - noted,
  };
}

async function initialize({ environment, token, store }: SdkToken): Promise<void> {
  const builder = new InitializeBuilder();
  // The builder takes over what was initialised before, a moment after it is made.
  await new Promise((resolve) => setImmediate(resolve));
  await builder
    .environment(environment)
    .token(token as never)
    .store(store)
    .initialize();
}

/** The organisation's name by the SDK, or the code of Zoho's refusal. */
async function askForOrganization(): Promise<string> {
  const response: APIResponse = await new Org.OrgOperations().getOrganization();
  const answer: unknown = response.getObject();
  if (answer instanceof Org.ResponseWrapper) return answer.getOrg()[0]?.getCompanyName() ?? 'none';
  if (answer instanceof Org.APIException) return answer.getCode().getValue();
  throw new Error(`an answer of another kind, status ${response.getStatusCode()}`);
}

describe('Zoho’s SDK with the published token', () => {
  it('calls CRM, in the environment that the settings bring', async () => {
    const { settings, ownEnvironment, zoho, tokenRequests } = await startSdk();
    expect(ownEnvironment.getUrl()).toBe(zoho.origin);
    await initialize({ ...settings, environment: ownEnvironment });
    expect(await askForOrganization()).toBe('Acme');
    expect(tokenRequests()).toBe(0);
  });

  it('goes on over a rotation, and never asks for a token', async () => {
    const { settings, zoho, authorize, first, publish, clock, reads, tokenRequests } = await startSdk();
    await initialize(settings);
    expect(await askForOrganization()).toBe('Acme');
    const next = await authorize();
    await publish({
      accessToken: next.accessToken,
      apiDomain: zoho.origin,
      expiresAt: new Date(NOW_MS + 100 * MINUTE_MS).toISOString(),
    });
    zoho.revokeRefreshToken({ refreshToken: first.refreshToken });
    clock.nowMs += 50 * MINUTE_MS;
    expect(await askForOrganization()).toBe('Acme');
    expect(await askForOrganization()).toBe('Acme');
    expect(reads()).toBe(2);
    // The one of `authorize`.
    expect(tokenRequests()).toBe(1);
  });

  it('answers Zoho’s refusal of a dead token, and does not ask for another; the next one that is published works', async () => {
    const { settings, zoho, authorize, first, publish, reader, tokenRequests } = await startSdk();
    await initialize(settings);
    zoho.revokeRefreshToken({ refreshToken: first.refreshToken });
    expect(await askForOrganization()).toBe('INVALID_TOKEN');
    expect(await askForOrganization()).toBe('INVALID_TOKEN');
    expect(tokenRequests()).toBe(0);

    const next = await authorize();
    await publish({ accessToken: next.accessToken, apiDomain: zoho.origin });
    await reader.getReplacement(first.accessToken);
    expect(await askForOrganization()).toBe('Acme');
  });

  it('says why there is no token when the connection is down, and does not ask for one', async () => {
    const { settings, clock, tokenRequests } = await startSdk();
    await initialize(settings);
    clock.nowMs += 51 * MINUTE_MS;
    await expect(askForOrganization()).rejects.toThrow(
      /ZohoTokenUnavailableError: The secret zoho\/crm\/access-token in eu-central-1 holds an access token that ended/,
    );
    expect(tokenRequests()).toBe(0);
  });

  it('sends nothing to the old data centre when the connection has moved to another', async () => {
    const { settings, zoho, publish, clock } = await startSdk();
    await initialize(settings);
    const moved = await zoho.openDataCenter('eu');
    await publish({ apiDomain: moved, expiresAt: new Date(NOW_MS + 60 * MINUTE_MS).toISOString() });
    clock.nowMs += 5 * MINUTE_MS;
    await expect(askForOrganization()).rejects.toThrow(`API domain is ${moved} by now`);
  });

  it('has no data centre to mint at', async () => {
    const { ownEnvironment } = await startSdk();
    expect(new URL(ownEnvironment.getAccountsUrl()).hostname).toMatch(/\.invalid$/);
  });

  it('uploads files to the content host of the data centre', async () => {
    const { environment } = await createZohoSdkSettings({ reader: { getToken: async () => aToken() } });
    expect(environment.getUrl()).toBe('https://www.zohoapis.eu');
    expect(environment.getFileUploadUrl()).toBe('https://content.zohoapis.eu');
  });

  it('is for one connection in a process: after switchUser it could use another’s token', async () => {
    const readerOf = (connection: string) => ({ getToken: async () => aToken({ connection }) });
    await createZohoSdkSettings({ reader: readerOf('crm') });
    await expect(createZohoSdkSettings({ reader: readerOf('books') })).rejects.toMatchObject({
      code: 'OTHER_CONNECTION',
      message: expect.stringContaining('has the connection crm in this process'),
    });
    await createZohoSdkSettings({ reader: readerOf('crm') });
  });

  it('compares data centres by their origins, however they are written', async () => {
    let apiDomain = 'https://www.zohoapis.eu';
    const { token } = await createZohoSdkSettings({
      reader: { getToken: async () => aToken({ apiDomain }) },
    });
    apiDomain = 'https://www.zohoapis.eu:443/';
    await token.authenticate(new APIHTTPConnector());
  });

  it('says why it cannot be set up without a token', async () => {
    const { client } = await startSecrets();
    await expect(createZohoSdkSettings(aReader(client))).rejects.toMatchObject({ code: 'NOT_PUBLISHED' });
  });
});

describe('a token of the SDK’s own', () => {
  it.each([
    [
      'with a refresh token',
      (builder: OAuthBuilder) => builder.refreshToken('1000.refresh').clientId('1000.ID'),
    ],
    ['with a grant token', (builder: OAuthBuilder) => builder.grantToken('1000.grant').clientId('1000.ID')],
    ['found by its id', (builder: OAuthBuilder) => builder.id('crm')],
  ])('%s is refused with the published token’s store: nothing is minted', async (_, build) => {
    const { settings, tokenRequests } = await startSdk();
    const token = build(new OAuthBuilder().clientSecret('secret')).build();
    await expect(initialize({ ...settings, token })).rejects.toThrow(/given a token of its own/);
    expect(tokenRequests()).toBe(0);
  });
});

describe('the published token', () => {
  it('is not revoked, removed, stored or deleted by the SDK', async () => {
    const { settings, zoho, tokenRequests } = await startSdk();
    const { token, store } = settings;
    const operations = [
      token.revoke(),
      token.remove(),
      store.saveToken(),
      store.deleteToken(),
      store.deleteTokens(),
    ];
    for (const outcome of await Promise.allSettled(operations)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'TOKEN_KEPT_ELSEWHERE' } });
    }
    await initialize(settings);
    expect((await Initializer.getInitializer()).getToken()).toBe(token);
    expect(await store.findToken(token)).toBe(token);
    expect(await store.getTokens()).toEqual([token]);
    expect(await askForOrganization()).toBe('Acme');
    expect(zoho.journal.filter(({ grantType }) => grantType === 'refresh_token')).toEqual([]);
    expect(tokenRequests()).toBe(0);
  });

  it('takes the place of one that an earlier request left in the caller’s headers', async () => {
    const { settings, first } = await startSdk();
    const connector = new APIHTTPConnector();
    connector.addHeader('Authorization', 'Zoho-oauthtoken 1000.earlier');
    await settings.token.authenticate(connector);
    expect(connector.getHeaders().get('Authorization')).toBe(`Zoho-oauthtoken ${first.accessToken}`);
  });

  it('is there when the SDK asks to generate one', async () => {
    const { settings, clock, tokenRequests } = await startSdk();
    await settings.token.generateToken();
    clock.nowMs += 51 * MINUTE_MS;
    await expect(settings.token.generateToken()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(tokenRequests()).toBe(0);
  });
});
