import * as z from 'zod';

/** The access token as consumers read it from `zoho/<connection>/access-token`. */
export const accessTokenSchema = z.object({
  schemaVersion: z.literal(1),
  connection: z.string().min(1),
  /** The value for the header `Authorization: Zoho-oauthtoken <accessToken>`. */
  accessToken: z.string().min(1),
  /** ISO 8601, UTC. */
  expiresAt: z.iso.datetime(),
  /** The origin to call: data centres differ. */
  apiDomain: z.url(),
  /** Which credential minted it. */
  generation: z.int().positive(),
});

export type AccessToken = z.infer<typeof accessTokenSchema>;
