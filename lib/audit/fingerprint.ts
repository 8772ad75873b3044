import { createHmac } from 'node:crypto';

const PURPOSE = 'zoho-token-recovery:fingerprint:v1:';
const CHARACTERS = 16;

/**
 * What stands in for a refresh token wherever people and logs see one: equal for equal tokens of one client, and
 * nothing else.
 *
 * It is keyed, so that nobody outside of the keeper can test a token that they guess or found against it. The key is the
 * OAuth client's secret, because whoever handles a refresh token has read it anyway: there is no further secret to keep.
 * When the client secret is renewed, the fingerprint of the same token changes with it.
 *
 * @returns the first 16 characters of an HMAC-SHA-256 in hex
 */
export function fingerprint(token: string, clientSecret: string): string {
  return createHmac('sha256', clientSecret).update(`${PURPOSE}${token}`).digest('hex').slice(0, CHARACTERS);
}
