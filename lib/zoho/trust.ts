import { DATA_CENTERS, type DataCenter } from '../domain/data-center.ts';

/**
 * The data centre behind an accounts server that was named from outside: by a browser, on Zoho's redirect, or by a
 * stored credential. The client secret and the refresh token are sent there, so only Zoho's own servers and the
 * connection's configured one are accepted, compared as whole origins.
 *
 * @param value the URL as it came, such as `https://accounts.zoho.eu`
 * @param home the connection's own data centre
 * @returns null for anything else
 * @see https://www.zoho.com/accounts/protocol/oauth/multi-dc.html
 */
export function trustedAccountsServer(value: string, home: DataCenter): DataCenter | null {
  const origin = bareOrigin(value);
  return knownDataCenters(home).find(({ accountsServer }) => accountsServer === origin) ?? null;
}

/**
 * The origin of an API domain that was named from outside: by a token response or a stored credential. Access tokens
 * are sent there, so the same rule holds as for the accounts server.
 *
 * @returns null for anything else
 */
export function trustedApiDomain(value: unknown, home: DataCenter): string | null {
  const origin = typeof value === 'string' ? bareOrigin(value) : null;
  return knownDataCenters(home).find(({ apiDomain }) => apiDomain === origin)?.apiDomain ?? null;
}

/** The connection's own first, with the Desk and Mail that were configured beside it. */
function knownDataCenters(home: DataCenter): DataCenter[] {
  return [home, ...Object.values(DATA_CENTERS)];
}

/** Null for a URL that says more than an origin: credentials, a path or a query have no business there. */
function bareOrigin(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const { origin, href } = new URL(value);
  return href === `${origin}/` ? origin : null;
}
