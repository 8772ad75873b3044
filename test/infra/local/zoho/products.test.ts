import { describe, expect, it } from 'vitest';
import { get, startZoho, USER } from './support.ts';

const CODE_57 = { code: 57, message: expect.any(String) };

describe.each([
  {
    path: '/crm/v8/org',
    scope: 'ZohoCRM.org.READ',
    answer: { org: [{ id: '415', zgid: '60001', company_name: 'Acme' }] },
    missing: [401, { code: 'AUTHENTICATION_FAILURE' }],
    dead: [401, { code: 'INVALID_TOKEN' }],
    unscoped: [401, { code: 'OAUTH_SCOPE_MISMATCH' }],
  },
  {
    path: '/crm/v8/users?type=CurrentUser',
    scope: 'ZohoCRM.users.READ',
    answer: { users: [{ email: USER }] },
    missing: [401, { code: 'AUTHENTICATION_FAILURE' }],
    dead: [401, { code: 'INVALID_TOKEN' }],
    unscoped: [401, { code: 'OAUTH_SCOPE_MISMATCH' }],
  },
  ...['Books', 'Invoice', 'Inventory'].map((product) => ({
    path: `/${product.toLowerCase()}/v3/organizations`,
    scope: `Zoho${product}.settings.READ`,
    answer: { code: 0, organizations: [{ organization_id: '60001', name: 'Acme', is_default_org: true }] },
    missing: [401, { code: 14 }],
    dead: [401, CODE_57],
    unscoped: [401, CODE_57],
  })),
  {
    path: '/api/v1/organizations',
    scope: 'Desk.basic.READ',
    answer: { data: [{ id: '60001', companyName: 'Acme' }] },
    missing: [401, { errorCode: 'UNAUTHORIZED' }],
    dead: [401, { errorCode: 'INVALID_OAUTH' }],
    unscoped: [403, { errorCode: 'SCOPE_MISMATCH' }],
  },
  {
    path: '/api/accounts',
    scope: 'ZohoMail.accounts.READ',
    answer: { data: [{ primaryEmailAddress: USER, policyId: { zoid: '60001' } }] },
    missing: [400, { data: { errorCode: 'INVALID_TICKET' } }],
    dead: [401, { data: { errorCode: 'INVALID_OAUTHTOKEN' } }],
    unscoped: [401, { data: { errorCode: 'INVALID_OAUTHSCOPE' } }],
  },
  {
    path: '/oauth/user/info',
    scope: 'AaaServer.profile.READ',
    answer: { ZUID: expect.any(Number), Email: USER, Display_Name: 'Ada' },
    missing: [401, { cause: 'INVALID_OAUTHTOKEN' }],
    dead: [401, { cause: 'INVALID_OAUTHTOKEN' }],
    unscoped: [401, { cause: 'INVALID_OAUTHSCOPE' }],
  },
])('$path', ({ path, scope, answer, missing, dead, unscoped }) => {
  it('answers a living token with the scope, and refuses any other in its own words', async () => {
    const { authorize, probe, zoho } = await startZoho();
    const scoped = await authorize([scope]);
    const other = await authorize(['ZohoCRM.modules.ALL']);
    expect(await probe(scoped.accessToken, path)).toMatchObject({ status: 200, body: answer });
    expect(await probe(other.accessToken, path)).toMatchObject({ status: unscoped[0], body: unscoped[1] });
    expect(await probe('1000.dead', path)).toMatchObject({ status: dead[0], body: dead[1] });
    expect(await get(zoho.origin + path)).toMatchObject({ status: missing[0], body: missing[1] });
  });
});

describe('the access token', () => {
  it('is taken as Bearer as well, and never from the query string', async () => {
    const { authorize, zoho } = await startZoho();
    const { accessToken } = await authorize();
    const url = `${zoho.origin}/crm/v8/org`;
    expect((await get(url, { authorization: `Bearer ${accessToken}` })).status).toBe(200);
    expect((await get(`${url}?access_token=${accessToken}`)).status).toBe(401);
  });

  it("is answered NO_PERMISSION when the user's CRM profile forbids the call", async () => {
    const { authorize, probe, zoho } = await startZoho();
    const { accessToken } = await authorize();
    zoho.registerUser({ email: USER, crmPermission: false });
    expect(await probe(accessToken)).toMatchObject({ status: 403, body: { code: 'NO_PERMISSION' } });
  });
});

it('lists the organization that was consented for first', async () => {
  const { zoho, consent, exchange, probe } = await startZoho();
  zoho.registerUser({
    email: USER,
    organizations: [
      { zgid: '60001', name: 'Acme' },
      { zgid: '60002', name: 'Beta' },
    ],
  });
  const { code } = consent({ scopes: ['ZohoBooks.settings.READ'], organization: '60002' });
  const { body } = await exchange(code);
  expect(await probe(body.access_token, '/books/v3/organizations')).toMatchObject({
    body: {
      organizations: [
        { organization_id: '60002', is_default_org: true },
        { organization_id: '60001', is_default_org: false },
      ],
    },
  });
});

it('answers 404 and a page where Zoho has nothing', async () => {
  const { zoho } = await startZoho();
  const response = await fetch(`${zoho.origin}/crm/v8/nothing`);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toContain('text/html');
});
