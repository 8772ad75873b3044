import * as z from 'zod/mini';

/** The access token as consumers read it from `zoho/<connection>/access-token`. */
export const accessTokenSchema = z.object({
  schemaVersion: z.literal(1),
  connection: z.string().check(z.minLength(1)),
  /** The value for the header `Authorization: Zoho-oauthtoken <accessToken>`. */
  accessToken: z.string().check(z.minLength(1)),
  /** ISO 8601, UTC. */
  expiresAt: z.iso.datetime(),
  /** The origin to call: data centres differ. */
  apiDomain: z.url(),
  /** Which credential minted it. */
  generation: z.int().check(z.positive()),
});

export type AccessToken = z.infer<typeof accessTokenSchema>;
