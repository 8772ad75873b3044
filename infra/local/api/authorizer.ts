import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Issuer } from './issuer.ts';

/** The claims as a REST API hands them to its function: every value as text. */
export type Claims = Readonly<Record<string, string>>;

export type Authorization =
  | { readonly kind: 'authorized'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly message: string };

export interface AuthorizerOptions {
  readonly issuer: Pick<Issuer, 'url' | 'keys'>;
  /** The app clients of the user pool. */
  readonly clientIds: readonly string[];
  readonly nowMs: () => number;
}

const TIME_CLAIMS = new Set(['exp', 'iat', 'nbf', 'auth_time']);

/**
 * Checks a request's ID token as API Gateway's Cognito authorizer does: signature (RS256), issuer, app client, and
 * expiry by the virtual clock.
 *
 * @param header the `Authorization` header: the token, with or without `Bearer`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export async function authorize(
  header: string | undefined,
  { issuer, clientIds, nowMs }: AuthorizerOptions,
): Promise<Authorization> {
  const token = header?.replace(/^Bearer\s+/i, '');
  if (!token) return { kind: 'refused', message: 'Unauthorized' };
  try {
    const { payload } = await jwtVerify(token, issuer.keys, {
      algorithms: ['RS256'],
      issuer: issuer.url,
      audience: [...clientIds],
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(nowMs()),
    });
    const { token_use: tokenUse } = payload;
    if (tokenUse !== 'id') return { kind: 'refused', message: 'Unauthorized' };
    return { kind: 'authorized', claims: toClaims(payload) };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    const isExpired = error instanceof errors.JWTExpired;
    return { kind: 'refused', message: isExpired ? 'The incoming token has expired' : 'Unauthorized' };
  }
}

function toClaims(payload: JWTPayload): Claims {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, toText(name, value)]));
}

/** Lists become comma-separated and times a date, such as `Thu Jan 01 00:00:00 UTC 2026`. */
function toText(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (!TIME_CLAIMS.has(name) || typeof value !== 'number') return String(value);
  const [weekday, day, month, year, time] = new Date(value * 1000).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
