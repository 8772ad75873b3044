import type { Answer } from './answer.ts';
import { json } from './answer.ts';
import type { SimulatorContext } from './context.ts';
import type { SimulatorRequest } from './request.ts';
import type { ZohoCall } from './route.ts';
import type { AccessToken, ZohoOrganization, ZohoUser } from './state.ts';
import { findLiveAccessToken } from './tokens.ts';

/** How one product of Zoho answers its probe, and how it refuses. */
interface Product {
  readonly path: RegExp;
  /** Any one of these scopes will do; without one, any token. */
  readonly scopes: readonly string[];
  missingToken(): Answer;
  deadToken(): Answer;
  missingScope(): Answer;
  forbidden?(): Answer;
  tooMany(): Answer;
  /** @param organization the one that was consented for */
  answer(user: ZohoUser, organization: ZohoOrganization, origin: string): object;
}

/** @see https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html */
const CRM_REFUSALS = {
  missingToken: () => crmError(401, 'AUTHENTICATION_FAILURE', 'Authentication failed'),
  deadToken: () => crmError(401, 'INVALID_TOKEN', 'invalid oauth token'),
  missingScope: () => crmError(401, 'OAUTH_SCOPE_MISMATCH', 'invalid oauth scope to access this URL'),
  forbidden: () => crmError(403, 'NO_PERMISSION', 'permission denied'),
  tooMany: () => crmError(429, 'TOO_MANY_REQUESTS', 'too many requests fired in concurrent'),
};

/** Code 57 says dead token and missing scope alike. @see https://www.zoho.com/books/api/v3/errors/ */
const FINANCE_REFUSALS = {
  missingToken: () => json({ code: 14, message: 'Invalid value passed for authtoken.' }, 401),
  deadToken: () => json({ code: 57, message: 'You are not authorized to perform this operation' }, 401),
  missingScope: () => json({ code: 57, message: 'You are not authorized to perform this operation' }, 401),
  tooMany: () => json({ code: 44, message: 'You have exceeded the maximum number of requests.' }, 429),
};

/** @see https://desk.zoho.com/DeskAPIDocument#ErrorCodes */
const DESK_REFUSALS = {
  missingToken: () => deskError(401, 'UNAUTHORIZED', 'You are not authenticated to perform this operation.'),
  deadToken: () => deskError(401, 'INVALID_OAUTH', 'The OAuth Token you provided is invalid.'),
  missingScope: () =>
    deskError(403, 'SCOPE_MISMATCH', 'The OAuth Token does not contain the scope to perform this operation.'),
  tooMany: () =>
    deskError(429, 'TOO_MANY_REQUESTS', 'You have exceeded the maximum number of requests allowed.'),
};

/** @see https://www.zoho.com/mail/help/api/response-codes.html */
const MAIL_REFUSALS = {
  missingToken: () => mailError(400, 'INVALID_TICKET', 'Invalid Input'),
  deadToken: () => mailError(401, 'INVALID_OAUTHTOKEN', 'Unauthorized'),
  missingScope: () => mailError(401, 'INVALID_OAUTHSCOPE', 'Unauthorized'),
  tooMany: () => mailError(429, 'URL_ROLLING_THROTTLES_LIMIT_EXCEEDED', 'Too many requests'),
};

const ACCOUNTS_REFUSALS = {
  missingToken: () => json({ response: 'error', cause: 'INVALID_OAUTHTOKEN' }, 401),
  deadToken: () => json({ response: 'error', cause: 'INVALID_OAUTHTOKEN' }, 401),
  missingScope: () => json({ response: 'error', cause: 'INVALID_OAUTHSCOPE' }, 401),
  tooMany: () => json({ response: 'error', cause: 'throttles_limit_exceeded' }, 429),
};

const PRODUCTS: readonly Product[] = [
  {
    path: /^\/crm\/v[\d.]+\/org$/,
    scopes: ['ZohoCRM.org.READ', 'ZohoCRM.org.ALL'],
    ...CRM_REFUSALS,
    answer: (user, { id, zgid, name }) => ({
      org: [{ id, zgid, company_name: name, primary_email: user.email, type: 'production' }],
    }),
  },
  {
    path: /^\/crm\/v[\d.]+\/users$/,
    scopes: ['ZohoCRM.users.READ', 'ZohoCRM.users.ALL'],
    ...CRM_REFUSALS,
    answer: (user) => ({
      users: [{ id: user.zuid, zuid: user.zuid, email: user.email, full_name: user.name, status: 'active' }],
      info: { per_page: 200, count: 1, page: 1, more_records: false },
    }),
  },
  finance('books', 'ZohoBooks'),
  finance('invoice', 'ZohoInvoice'),
  finance('inventory', 'ZohoInventory'),
  {
    path: /^\/api\/v1\/organizations$/,
    scopes: ['Desk.basic.READ'],
    ...DESK_REFUSALS,
    answer: (user, consented) => ({
      data: consentedFirst(user, consented).map(({ zgid, name }) => ({
        id: zgid,
        companyName: name,
        organizationName: name,
        isDefault: zgid === consented.zgid,
      })),
    }),
  },
  {
    path: /^\/api\/accounts$/,
    scopes: ['ZohoMail.accounts.READ', 'ZohoMail.accounts.ALL'],
    ...MAIL_REFUSALS,
    answer: ({ zuid, email, name }, organization, origin) => ({
      status: { code: 200, description: 'success' },
      data: [
        {
          accountId: zuid,
          zuid,
          accountName: organization.name,
          displayName: name,
          primaryEmailAddress: email,
          policyId: { zoid: organization.zgid },
          URI: `${origin}/api/accounts/${zuid}`,
        },
      ],
    }),
  },
  {
    path: /^\/oauth\/user\/info$/,
    scopes: ['AaaServer.profile.READ', 'AaaServer.profile.ALL'],
    ...ACCOUNTS_REFUSALS,
    answer: ({ zuid, email, name }) => ({ ZUID: Number(zuid), Email: email, Display_Name: name }),
  },
];

/** An address that a connection probes by itself: nobody here knows what it wants but a living token. */
const ANY_OTHER: Product = {
  path: /^/,
  scopes: [],
  ...CRM_REFUSALS,
  answer: (user) => ({ user: user.email }),
};

/** A probe of one of Zoho's products, or of an address that only the connection knows; null without a token there. */
export function productCall(context: SimulatorContext, request: SimulatorRequest): ZohoCall | null {
  const presented = presentedToken(request);
  const named = PRODUCTS.find(({ path }) => path.test(request.url.pathname));
  const product = named ?? (presented === null ? null : ANY_OTHER);
  if (!product) return null;
  const token = presented === null ? null : findLiveAccessToken(context, presented, request.dataCenter);
  return {
    group: 'api',
    subject: { clientId: token?.clientId ?? null, refreshToken: token?.refreshToken ?? null },
    serve: () => (presented === null ? product.missingToken() : serve(context, product, token)),
    throttled: () => product.tooMany(),
    wrongDataCenter: () => product.deadToken(),
  };
}

/** `GET /oauth/serverinfo`: the data centres that are open. */
export function serverInfoCall({ origins }: SimulatorContext): ZohoCall {
  return {
    group: 'api',
    subject: { clientId: null, refreshToken: null },
    serve: () => json({ result: 'success', locations: Object.fromEntries(origins) }),
    throttled: ACCOUNTS_REFUSALS.tooMany,
    wrongDataCenter: () => json({ result: 'success', locations: Object.fromEntries(origins) }),
  };
}

function serve(context: SimulatorContext, product: Product, token: AccessToken | null): Answer {
  const user = token && context.state.findUser(token.email);
  const organization = user?.organizations.find(({ zgid }) => zgid === token?.organization);
  if (!token || !user || !organization) return product.deadToken();
  if (!hasScope(token, product.scopes)) return product.missingScope();
  if (product.forbidden && !user.crmPermission) return product.forbidden();
  return json(product.answer(user, organization, context.origins.get(token.dataCenter) ?? ''));
}

/** @see https://www.zoho.com/accounts/protocol/oauth/use-access-token.html (a query parameter is not read) */
function presentedToken({ headers }: SimulatorRequest): string | null {
  return /^(?:Zoho-oauthtoken|Bearer) +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function hasScope({ scopes }: AccessToken, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const granted = new Set(scopes.map((scope) => scope.toLowerCase()));
  return wanted.some((scope) => granted.has(scope.toLowerCase()));
}

function finance(product: string, service: string): Product {
  return {
    path: new RegExp(`^/${product}/v3/organizations$`),
    scopes: [`${service}.settings.READ`, `${service}.settings.ALL`, `${service}.fullaccess.all`],
    ...FINANCE_REFUSALS,
    answer: (user, consented) => ({
      code: 0,
      message: 'success',
      organizations: consentedFirst(user, consented).map(({ zgid, name }) => ({
        organization_id: zgid,
        name,
        contact_name: user.name,
        email: user.email,
        is_default_org: zgid === consented.zgid,
      })),
    }),
  };
}

function consentedFirst(user: ZohoUser, consented: ZohoOrganization): readonly ZohoOrganization[] {
  return [consented, ...user.organizations.filter(({ zgid }) => zgid !== consented.zgid)];
}

function crmError(status: number, code: string, message: string): Answer {
  return json({ code, details: {}, message, status: 'error' }, status);
}

function deskError(status: number, errorCode: string, message: string): Answer {
  return json({ errorCode, message }, status);
}

function mailError(status: number, errorCode: string, description: string): Answer {
  return json({ status: { code: status, description }, data: { errorCode } }, status);
}
