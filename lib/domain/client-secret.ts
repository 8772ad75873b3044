import * as z from 'zod';

/** An OAuth client as an operator stores it. */
export const clientSecretSchema = z.object({
  schemaVersion: z.literal(1),
  client: z.string().min(1),
  clientId: z.string().regex(/^\S+$/),
  clientSecret: z.string().regex(/^\S+$/),
});

export type ClientSecret = z.infer<typeof clientSecretSchema>;
