import * as z from 'zod/mini';
import type { DataCenter } from '../domain/data-center.ts';
import { readAnswer } from './answer.ts';
import { classifyTokenError, tellableCode } from './classify.ts';
import type { ZohoResponse } from './http.ts';
import { trustedApiDomain } from './trust.ts';

/** What Zoho issued. */
export interface MintedToken {
  accessToken: string;
  /** Seconds, whole, from 1 to 3,600. */
  expiresInS: number;
  /** The origin of the APIs to call; null when Zoho named none, or one that is not to be trusted. */
  apiDomain: string | null;
  /** The granted scopes; null when Zoho did not say. */
  scopes: string[] | null;
  /** A new refresh token; null when Zoho sent none, which leaves the old one in force. */
  refreshToken: string | null;
}

/** An answer of the token endpoint, classified. Only `issued` holds secrets. */
export type TokenAnswer =
  | { readonly kind: 'issued'; readonly token: MintedToken }
  | { readonly kind: 'grantRejected'; readonly error: string }
  | { readonly kind: 'misconfigured'; readonly error: string }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'transient'; readonly reason: string };

const HOUR_S = 3_600;
const DAY_S = 86_400;

/**
 * The lifetime of a token of which Zoho does not say how long it lives, or says nonsense. Real ones live an hour; half
 * of it is safe to promise, and renewing so often stays within what Zoho and Secrets Manager allow.
 */
export const UNSTATED_LIFETIME_S = 1_800;

/** Goes into a header, so only what RFC 6749 (appendix A.12) allows in an access token, without the space. */
const ACCESS_TOKEN = /^[\x21-\x7e]{1,2048}$/;

const durationSchema = z.catch(
  z.nullable(z.union([z.number(), z.pipe(z.string().check(z.regex(/^\d{1,15}$/)), z.transform(Number))])),
  null,
);

/** Lenient in each field, so that a slip of Zoho's in one of them never costs the others. */
const tokenBodySchema = z.object({
  access_token: z.catch(z.nullable(z.string().check(z.regex(ACCESS_TOKEN))), null),
  refresh_token: z.catch(z.nullable(z.string().check(z.regex(/\S/))), null),
  api_domain: z.optional(z.unknown()),
  scope: z.catch(z.nullable(z.string().check(z.regex(/\S/))), null),
  expires_in: durationSchema,
  expires_in_sec: durationSchema,
  error: z.optional(z.unknown()),
  status: z.optional(z.unknown()),
});

type TokenBody = z.infer<typeof tokenBodySchema>;

/**
 * Classifies an answer of the token endpoint by its body, whatever its status.
 *
 * A token beside an error is neither: publishing it could publish an error, and believing the error could declare a
 * living credential dead. It is transient.
 *
 * @param dataCenter the connection's own, which `api_domain` may name besides Zoho's
 */
export function readTokenAnswer(response: ZohoResponse, dataCenter: DataCenter): TokenAnswer {
  const answer = readAnswer(response);
  if (answer.kind === 'unusable') return { kind: 'transient', reason: answer.reason };
  const transient = (what: string): TokenAnswer => ({
    kind: 'transient',
    reason: `HTTP ${answer.status}, ${what}`,
  });
  const parsed = tokenBodySchema.safeParse(answer.json);
  if (!parsed.success) return transient('JSON, but not an object');

  const body = parsed.data;
  const accessToken = body.access_token;
  if (!reportsError(body)) {
    if (accessToken === null) return transient('no access token');
    return { kind: 'issued', token: mintedToken(accessToken, body, dataCenter) };
  }
  if (accessToken !== null) return transient('an access token beside an error');
  const error = tellableCode(body.error);
  const kind = classifyTokenError(body.error, body.status);
  switch (kind) {
    case 'grantRejected':
    case 'misconfigured':
      return { kind, error };
    case 'throttled':
      return { kind };
    case 'transient':
      return transient(`error ${error}`);
  }
}

function reportsError({ error, status }: TokenBody): boolean {
  return (error !== undefined && error !== null && error !== '') || status === 'failure';
}

function mintedToken(accessToken: string, body: TokenBody, dataCenter: DataCenter): MintedToken {
  return {
    accessToken,
    expiresInS: lifetimeS(body),
    apiDomain: trustedApiDomain(body.api_domain, dataCenter),
    scopes: body.scope === null ? null : body.scope.split(/[\s,]+/).filter(Boolean),
    refreshToken: body.refresh_token,
  };
}

/**
 * Old answers carried `expires_in` in milliseconds, with the seconds in `expires_in_sec`. Zoho documents an hour; more is
 * not promised to consumers, whatever the answer says.
 */
function lifetimeS({ expires_in_sec: seconds, expires_in: either }: TokenBody): number {
  const eitherS = either !== null && either > DAY_S ? either / 1_000 : either;
  const plausible = [seconds, eitherS].find((value) => value !== null && value >= 1 && value <= DAY_S);
  return Math.min(Math.floor(plausible ?? UNSTATED_LIFETIME_S), HOUR_S);
}
