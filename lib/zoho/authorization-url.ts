/**
 * Where a person gives consent.
 *
 * `access_type=offline` and `prompt=consent` belong together: without the first Zoho issues no refresh token at all,
 * without the second none for a consent that was given before.
 *
 * @param request.accountsServer the origin of the client's home data centre
 * @param request.redirectUri exactly as registered with the client
 * @param request.state opaque and single-use; Zoho hands it back
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export function authorizationUrl(request: {
  accountsServer: string;
  clientId: string;
  redirectUri: string;
  scopes: readonly string[];
  state: string;
}): string {
  const url = new URL('/oauth/v2/auth', request.accountsServer);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scopes.join(','),
    state: request.state,
    access_type: 'offline',
    prompt: 'consent',
  }).toString();
  return url.href;
}
