import * as z from 'zod/mini';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Tokens travel to these addresses: https only, or http to this very machine. */
export const secureUrlSchema = z.url('expected an absolute URL').check(
  z.refine(isSecureUrl, {
    error: 'expected an https URL without credentials or fragment (http is accepted on loopback only)',
  }),
);

/** A server's address, without path or query. */
export const originSchema = z.pipe(
  secureUrlSchema.check(
    z.refine(
      (value) => URL.canParse(value) && /^\/?$/.test(new URL(value).pathname) && !value.includes('?'),
      {
        error: 'expected an origin only, such as https://accounts.zoho.eu',
      },
    ),
  ),
  z.transform((value) => (URL.canParse(value) ? new URL(value).origin : value)),
);

function isSecureUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username || url.password || url.hash) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname));
}
