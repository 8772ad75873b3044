/**
 * What a form checks before anything is sent. The API's contracts check it again, and decide: the rules here are theirs,
 * which a test holds.
 *
 * @see lib/http/contracts/fields.ts
 */
export type FieldFault = string | null;

const CONTROL_OR_DIRECTION = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const ZOHO_TOKEN = /1000\.[0-9a-f]{16}/i;
const TOKEN = /^[\x21\x23-\x26\x28-\x7e]{1,512}$/;
/** A shorter token may be a part of any sentence. */
const SHORTEST_TOKEN = 8;

/** @param token what must not stand in the reason as well */
export function reasonFault(reason: string, token = ''): FieldFault {
  const text = reason.trim();
  // By code points, as the contract counts.
  const { length } = [...text];
  if (length < 3) return 'Say why, in at least 3 characters: it is kept in the audit.';
  if (length > 500) return 'Say it in at most 500 characters.';
  if (!text.isWellFormed() || CONTROL_OR_DIRECTION.test(text))
    return 'Write one line, without control characters.';
  if (ZOHO_TOKEN.test(text) || (token.length >= SHORTEST_TOKEN && text.includes(token)))
    return 'Leave the token out of it: the reason is kept in the audit.';
  return null;
}

export function tokenFault(token: string): FieldFault {
  if (token === '') return 'Paste the token or code.';
  return TOKEN.test(token)
    ? null
    : 'That is not a token: it has at most 512 characters, and no spaces, line breaks or quotes. Check what was copied.';
}

/** An organisation's id may be left out. */
export function organizationFault(id: string): FieldFault {
  return id === '' || /^\d{1,24}$/.test(id) ? null : 'An organisation’s id is 1 to 24 digits.';
}
