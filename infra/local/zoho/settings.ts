import * as z from 'zod';

const count = z.int().positive();

/**
 * How this Zoho behaves where sources disagree or where a client must survive either behavior. The defaults are what
 * Zoho documents today.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html
 */
export const settingsSchema = z.strictObject({
  accessTokenLifetimeS: count.default(3600),
  /** Zoho mints 10 access tokens per refresh token in 10 minutes and refuses the rest of the window. */
  mintsPerWindow: count.default(10),
  mintWindowS: count.default(600),
  /** A refused mint starts the window anew, so that a client which keeps retrying never gets out. */
  retryProlongsThrottle: z.boolean().default(false),
  /** The throttle was seen with 400 and, by another source, with 200. */
  throttleStatus: z.union([z.literal(400), z.literal(200)]).default(400),
  throttleText: z.enum(['english', 'localized']).default('english'),
  /** One more than this silently deletes the oldest refresh token of that user and client. */
  refreshTokensPerUserAndClient: count.default(20),
  /** 10, 15 or 30 by source; one more than this and the oldest access token dies. */
  activeAccessTokensPerRefreshToken: count.default(10),
  /** 60, 120 or 180 by source. */
  grantCodeLifetimeS: count.default(60),
  /** Old answers: `expires_in` in milliseconds, beside an `expires_in_sec`. */
  legacyExpiry: z.boolean().default(false),
  /** Newer answers to an exchange name the granted scopes, separated by spaces. */
  scopeInExchange: z.boolean().default(true),
  /** A refresh answers a new refresh token and the old one dies (RFC 6749, section 6). Zoho does not do so today. */
  rotateRefreshTokens: z.boolean().default(false),
  /** Zoho answers token errors with 200; RFC 6749 asks for 400. */
  tokenErrorStatus: z.union([z.literal(200), z.literal(400)]).default(200),
});

export type ZohoSettings = z.infer<typeof settingsSchema>;
