import * as z from 'zod/mini';

/** An OAuth client as an operator stores it. */
export const clientSecretSchema = z.object({
  schemaVersion: z.literal(1),
  client: z.string().check(z.minLength(1)),
  clientId: z.string().check(z.regex(/^\S+$/)),
  clientSecret: z.string().check(z.regex(/^\S+$/)),
});

export type ClientSecret = z.infer<typeof clientSecretSchema>;
