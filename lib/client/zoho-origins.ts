const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * Zoho's data centres (lib/domain/data-center.ts, which a test holds this to), by the suffixes of their domains. Short,
 * since this package is to be small.
 */
const SUFFIXES = ['com', 'eu', 'in', 'com.au', 'jp', 'ca', 'sa', 'com.cn', 'uk', 'ae'];

const ZOHO_ORIGINS: readonly string[] = SUFFIXES.flatMap((suffix) => {
  const products = suffix === 'ca' ? 'zohocloud.ca' : `zoho.${suffix}`;
  return [`https://www.zohoapis.${suffix}`, `https://desk.${products}`, `https://mail.${products}`];
});

/** Whether a token may travel there at all: over https, or to a stand-in on this machine. */
export function isTrustworthyDomain(apiDomain: string): boolean {
  const { protocol, hostname } = new URL(apiDomain);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** Whether an origin is where one of Zoho's data centres answers: its API domain, Desk or Mail. */
export function isZohoOrigin(origin: string): boolean {
  return ZOHO_ORIGINS.includes(origin);
}
