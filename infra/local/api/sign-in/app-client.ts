import * as z from 'zod';

/** An app client of the user pool: who may ask for tokens, and where a browser may be sent back to. */
export interface AppClient {
  readonly id: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
}

/** What a page asks for before a browser signs in: RFC 6749, section 4.1.1, and RFC 7636, section 4.3. */
const authorizationRequestSchema = z.object({
  response_type: z.literal('code', 'response_type has to be "code"'),
  client_id: z.string('client_id is missing'),
  redirect_uri: z.string('redirect_uri is missing'),
  code_challenge: z.string('code_challenge is missing: a page proves itself by PKCE'),
  code_challenge_method: z.literal('S256', 'code_challenge_method has to be "S256"'),
});

/** Why a request cannot be taken up; null when it can. The browser is not sent back to an address that nobody registered. */
export function faultOfAuthorization(
  parameters: URLSearchParams,
  clients: readonly AppClient[],
): string | null {
  const { success, data, error } = authorizationRequestSchema.safeParse(Object.fromEntries(parameters));
  if (!success) return error.issues.map(({ message }) => message).join('; ');
  return faultOfReturn(data.client_id, data.redirect_uri, clients, 'callbackUrls');
}

/** Why a browser cannot be sent back after a sign-out; null when it can. */
export function faultOfLogout(parameters: URLSearchParams, clients: readonly AppClient[]): string | null {
  const [clientId, uri] = [parameters.get('client_id') ?? '', parameters.get('logout_uri') ?? ''];
  return faultOfReturn(clientId, uri, clients, 'logoutUrls');
}

function faultOfReturn(
  clientId: string,
  uri: string,
  clients: readonly AppClient[],
  list: 'callbackUrls' | 'logoutUrls',
): string | null {
  const client = clients.find(({ id }) => id === clientId);
  if (!client) return `the user pool has no app client ${clientId}`;
  if (client[list].includes(uri)) return null;
  return `${uri} is not registered with the app client. Registered: ${client[list].join(', ') || 'none'}`;
}
