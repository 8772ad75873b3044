import fc from 'fast-check';
import { MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROBE_PRODUCTS, type ProbeChoice } from '../../../lib/config/configuration.ts';
import { DATA_CENTERS } from '../../../lib/domain/data-center.ts';
import type { ZohoHttp, ZohoResponse } from '../../../lib/zoho/http.ts';
import { ApiDomainUntrustedError, interpretProbe, probeAccessToken } from '../../../lib/zoho/probes.ts';
import { dispatchedBy } from '../../support/dispatched.ts';
import { answered, EU, SECRETS, UNUSABLE } from './responses.ts';

const CUSTOM: ProbeChoice = { url: 'https://www.zohoapis.eu/crm/v8/Leads?per_page=1' };
const PROBES: readonly ProbeChoice[] = [...PROBE_PRODUCTS, CUSTOM];

const finance = (...organizations: object[]) => ({ code: 0, message: 'success', organizations });
const crmError = (code: string) => ({ code, details: {}, message: 'x', status: 'error' });
const mailError = (errorCode: string) => ({ status: { code: 401, description: 'x' }, data: { errorCode } });

describe('an accepted token', () => {
  it.each<[string, ProbeChoice, unknown, string | null]>([
    ['CRM names the zgid', 'crm', { org: [{ id: '3652397000000020005', zgid: '666136444' }] }, '666136444'],
    [
      'Books names the default organisation',
      'books',
      finance(
        { organization_id: '10', is_default_org: false },
        { organization_id: '20', is_default_org: true },
        { organization_id: '30' },
      ),
      '20',
    ],
    [
      'Books without a default: the first',
      'books',
      finance({ organization_id: '10' }, { organization_id: '30' }),
      '10',
    ],
    ['Invoice', 'invoice', finance({ organization_id: '11', is_default_org: true }), '11'],
    ['Inventory', 'inventory', finance({ organization_id: 12, is_default_org: true }), '12'],
    ['Desk', 'desk', { data: [{ id: '2389290', companyName: 'Zylker' }, { id: '7' }] }, '2389290'],
    [
      'Mail names the organisation of the account',
      'mail',
      {
        status: { code: 200, description: 'success' },
        data: [{ accountId: '1761361000000008002', policyId: { zoid: 804335360, '1082': 'Business' } }],
      },
      '804335360',
    ],
    ['Mail of a person: the account', 'mail', { data: [{ accountId: '17613610008002' }] }, '17613610008002'],
    ['a custom probe names none', CUSTOM, { anything: [1] }, null],
    ['a custom probe may answer a list', CUSTOM, [], null],
    ['a custom probe may have nothing to list', CUSTOM, answered('', 204), null],
  ])('%s', (_, probe, body, organizationId) => {
    const response = isResponse(body) ? body : answered(body);
    expect(interpretProbe(response, probe)).toEqual({ kind: 'accepted', organizationId });
  });
});

describe('a rejected token, whatever the HTTP status', () => {
  it.each<[ProbeChoice, unknown, string, string]>([
    ['crm', crmError('INVALID_TOKEN'), 'invalidToken', 'INVALID_TOKEN'],
    ['crm', crmError('AUTHENTICATION_FAILURE'), 'invalidToken', 'AUTHENTICATION_FAILURE'],
    ['crm', crmError('OAUTH_SCOPE_MISMATCH'), 'scopeMismatch', 'OAUTH_SCOPE_MISMATCH'],
    ['crm', crmError('NO_PERMISSION'), 'noPermission', 'NO_PERMISSION'],
    ['books', { code: 14, message: 'Invalid value passed for authtoken.' }, 'invalidToken', '14'],
    ['invoice', { code: 57, message: 'You are not authorized to perform this operation' }, 'ambiguous', '57'],
    ['desk', { errorCode: 'INVALID_OAUTH', message: 'x' }, 'invalidToken', 'INVALID_OAUTH'],
    ['desk', { errorCode: 'SCOPE_MISMATCH', message: 'x' }, 'scopeMismatch', 'SCOPE_MISMATCH'],
    ['mail', mailError('INVALID_OAUTHTOKEN'), 'invalidToken', 'INVALID_OAUTHTOKEN'],
    ['mail', mailError('INVALID_OAUTHSCOPE'), 'scopeMismatch', 'INVALID_OAUTHSCOPE'],
    ['mail', [2, { msg: 'x', errorCode: 'INVALID_OAUTHSCOPE' }], 'scopeMismatch', 'INVALID_OAUTHSCOPE'],
    [CUSTOM, crmError('INVALID_TOKEN'), 'invalidToken', 'INVALID_TOKEN'],
  ])('%j answers %j', (probe, body, reason, code) => {
    for (const status of [200, 400, 401, 403, 500]) {
      expect(interpretProbe(answered(body, status), probe)).toEqual({ kind: 'rejected', reason, code });
    }
  });
});

describe.each(PROBES)('the probe %j', (probe) => {
  it('says nothing about the token when it is throttled', () => {
    for (const response of [
      answered('<html>Too many requests</html>', 429, 'text/html'),
      answered({ code: 45, message: 'x' }, 429),
      answered(crmError('TOO_MANY_REQUESTS'), 403),
    ]) {
      expect(interpretProbe(response, probe)).toEqual({ kind: 'throttled' });
    }
  });

  it.each(UNUSABLE)('says nothing about the token when it answers %s, and fails', (_, response) => {
    for (const status of [401, 403, 500, 503]) {
      expect(interpretProbe(response(status), probe).kind).toBe('transient');
    }
  });

  it('does not take an error that nobody knows for a verdict', () => {
    for (const status of [400, 401, 403, 404, 500]) {
      const outcome = { kind: 'transient', reason: `HTTP ${status}, code INTERNAL_ERROR` };
      expect(interpretProbe(answered(crmError('INTERNAL_ERROR'), status), probe)).toEqual(outcome);
    }
  });
});

describe.each(PROBE_PRODUCTS)('the probe %s proves nothing (P1)', (probe) => {
  it.each(UNUSABLE)('with HTTP 200 and %s', (_, response) => {
    expect(interpretProbe(response(200), probe).kind).toBe('transient');
  });

  it.each([
    ['204', answered('', 204)],
    ['no organisation', answered({ code: 0, org: [], data: [], organizations: [] })],
    ['an organisation without an id', answered({ code: 0, org: [{}], data: [{}], organizations: [{}] })],
    [
      'a token where the id belongs',
      answered({
        code: 0,
        org: [{ zgid: SECRETS.accessToken }],
        data: [{ id: SECRETS.accessToken, accountId: SECRETS.accessToken }],
        organizations: [{ organization_id: SECRETS.accessToken }],
      }),
    ],
  ])('with %s', (_, response) => {
    expect(interpretProbe(response, probe).kind).toBe('transient');
  });
});

describe('what goes over the wire', () => {
  let agent: MockAgent;
  let http: ZohoHttp;

  beforeEach(() => {
    agent = new MockAgent();
    agent.disableNetConnect();
    http = { transport: dispatchedBy(agent), timeoutMs: 5_000 };
  });
  afterEach(() => agent.close());

  const request = { dataCenter: EU, apiDomain: EU.apiDomain, accessToken: SECRETS.accessToken };

  it.each<[ProbeChoice, string, string]>([
    ['crm', 'https://www.zohoapis.eu', '/crm/v8/org'],
    ['books', 'https://www.zohoapis.eu', '/books/v3/organizations'],
    ['invoice', 'https://www.zohoapis.eu', '/invoice/v3/organizations'],
    ['inventory', 'https://www.zohoapis.eu', '/inventory/v3/organizations'],
    ['desk', 'https://desk.zoho.eu', '/api/v1/organizations'],
    ['mail', 'https://mail.zoho.eu', '/api/accounts'],
    [CUSTOM, 'https://www.zohoapis.eu', '/crm/v8/Leads?per_page=1'],
  ])('%j calls %s%s with the token in the header', async (probe, origin, path) => {
    const headers = { authorization: `Zoho-oauthtoken ${SECRETS.accessToken}` };
    agent.get(origin).intercept({ method: 'GET', path, headers }).reply(401, crmError('INVALID_TOKEN'));
    expect(await probeAccessToken(http, { ...request, probe })).toMatchObject({ reason: 'invalidToken' });
    agent.assertNoPendingInterceptors();
  });

  it("calls the organisation's own API domain, in another data centre than the connection's home", async () => {
    const { apiDomain } = DATA_CENTERS.ca;
    agent
      .get(apiDomain)
      .intercept({ path: '/crm/v8/org' })
      .reply(200, { org: [{ zgid: '1' }] });
    const outcome = await probeAccessToken(http, { ...request, probe: 'crm', apiDomain });
    expect(outcome).toEqual({ kind: 'accepted', organizationId: '1' });
  });

  it('sends no token to a host that is not to be trusted, and does not name it either', async () => {
    const probing = probeAccessToken(http, {
      ...request,
      probe: 'crm',
      apiDomain: 'https://zohoapis.example.com',
    });
    await expect(probing).rejects.toThrow(ApiDomainUntrustedError);
    await expect(probing).rejects.toThrow(/^(?!.*example\.com)/s);
  });

  it('takes a network that fails for what it is', async () => {
    agent.get(EU.apiDomain).intercept({ path: '/crm/v8/org' }).replyWithError(new Error('no'));
    expect(await probeAccessToken(http, { ...request, probe: 'crm' })).toMatchObject({ kind: 'transient' });
  });
});

it('never throws, and lets nothing of a body into an outcome but codes and ids (P8)', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<fc.JsonValue>(SECRETS.accessToken, 57, 'INVALID_TOKEN'),
  );
  const record = fc.dictionary(
    fc.constantFrom('id', 'zgid', 'organization_id', 'accountId', 'policyId', 'zoid', 'errorCode', 'code'),
    value,
  );
  const body = fc.oneof(
    fc.dictionary(
      fc.constantFrom('org', 'data', 'organizations', 'code', 'errorCode'),
      fc.oneof(value, fc.array(record)),
    ),
    fc.array(record),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(
      body,
      fc.integer({ min: 200, max: 599 }),
      fc.constantFrom(...PROBES),
      (json, status, probe) => {
        const outcome = interpretProbe(answered(JSON.stringify(json), status), probe);
        expect(JSON.stringify(outcome)).not.toContain(SECRETS.accessToken);
        if (outcome.kind === 'accepted') expect(outcome.organizationId ?? '0').toMatch(/^\d{1,24}$/);
      },
    ),
    { numRuns: 500 },
  );
});

function isResponse(value: unknown): value is ZohoResponse {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
