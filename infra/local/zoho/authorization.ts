import type { SimulatorContext } from './context.ts';
import type { DataCenterCode, GrantCode, ZohoClient, ZohoOrganization, ZohoUser } from './state.ts';
import { issueGrantCode } from './tokens.ts';

/** An authorization request that Zoho would show its consent page for (RFC 6749, section 4.1.1). */
export interface AuthorizationRequest {
  readonly client: ZohoClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | null;
  /** Zoho's default is `online`, which yields no refresh token. */
  readonly accessType: 'online' | 'offline';
  /** Zoho shows its page again and yields a refresh token again only if asked to. */
  readonly promptConsent: boolean;
}

export type AuthorizationCheck =
  | { readonly kind: 'valid'; readonly request: AuthorizationRequest }
  | { readonly kind: 'invalid'; readonly error: string; readonly message: string };

/** Where a decision sends the browser. */
export interface Redirect {
  readonly redirectUrl: string;
  /** Null if the user denied. */
  readonly code: string | null;
}

const SCOPE = /^[A-Za-z]+(\.[A-Za-z_]+)+$/;

/**
 * Checks an authorization request as Zoho does, before anybody is asked and without redirecting anywhere.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
 */
export function checkAuthorization(
  { state }: SimulatorContext,
  parameters: URLSearchParams,
  dataCenter: DataCenterCode,
): AuthorizationCheck {
  const clientId = parameters.get('client_id') ?? '';
  const client = state.findClient(clientId);
  if (!client || client.disabled || (!client.multiDataCenter && client.homeDataCenter !== dataCenter)) {
    return invalid('invalid_client', `No client "${clientId}" can be used in data centre ${dataCenter}.`);
  }
  const redirectUri = parameters.get('redirect_uri') ?? '';
  if (!client.redirectUris.includes(redirectUri)) {
    return invalid(
      'invalid_redirect_uri',
      `"${redirectUri}" is not a redirect URI of client ${client.name}.`,
    );
  }
  if (parameters.get('response_type') !== 'code') {
    return invalid('invalid_response_type', 'response_type must be "code".');
  }
  const scopes = (parameters.get('scope') ?? '').split(/[,\s]+/).filter(Boolean);
  const wrongScope = scopes.find((scope) => !SCOPE.test(scope));
  if (scopes.length === 0 || wrongScope !== undefined) {
    return invalid('invalid_scope', `Scope "${wrongScope ?? ''}" does not exist; separate scopes by commas.`);
  }
  return {
    kind: 'valid',
    request: {
      client,
      redirectUri,
      scopes,
      state: parameters.get('state'),
      accessType: parameters.get('access_type') === 'offline' ? 'offline' : 'online',
      promptConsent: parameters.get('prompt') === 'consent',
    },
  };
}

/**
 * What the user's Accept does: a grant code in the user's own data centre, which the redirect names.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/multi-dc.html
 */
export function accept(
  context: SimulatorContext,
  request: AuthorizationRequest,
  user: ZohoUser,
  organization: ZohoOrganization,
): Redirect {
  const code = issueConsentedCode(context, request, user, organization);
  const url = redirectWithState(request);
  url.searchParams.set('code', code.code);
  url.searchParams.set('location', user.dataCenter);
  url.searchParams.set('accounts-server', context.origins.get(user.dataCenter) ?? '');
  return { redirectUrl: url.href, code: code.code };
}

/** What the user's Deny does. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 */
export function deny(request: AuthorizationRequest): Redirect {
  const url = redirectWithState(request);
  url.searchParams.set('error', 'access_denied');
  return { redirectUrl: url.href, code: null };
}

function issueConsentedCode(
  context: SimulatorContext,
  request: AuthorizationRequest,
  user: ZohoUser,
  organization: ZohoOrganization,
): GrantCode {
  const { consents } = context.state.document;
  const { id: clientId } = request.client;
  const before = consents.some((consent) => consent.email === user.email && consent.clientId === clientId);
  if (!before) consents.push({ email: user.email, clientId });
  return issueGrantCode(
    context,
    {
      clientId,
      email: user.email,
      organization: organization.zgid,
      scopes: [...request.scopes],
      dataCenter: user.dataCenter,
    },
    {
      redirectUri: request.redirectUri,
      offline: request.accessType === 'offline' && (request.promptConsent || !before),
    },
  );
}

function redirectWithState({ redirectUri, state }: AuthorizationRequest): URL {
  const url = new URL(redirectUri);
  if (state !== null) url.searchParams.set('state', state);
  return url;
}

function invalid(error: string, message: string): AuthorizationCheck {
  return { kind: 'invalid', error, message };
}
