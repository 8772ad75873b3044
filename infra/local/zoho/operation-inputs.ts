import * as z from 'zod';
import { dataCenterSchema } from './state.ts';

const text = z.string().min(1);
const numericId = z.string().regex(/^\d+$/, 'expected digits');
const email = z.email('expected an e-mail address');
const scopes = z.array(text).min(1);

export const userSchema = z.strictObject({
  email,
  name: text.optional(),
  dataCenter: dataCenterSchema.optional(),
  organizations: z
    .array(z.strictObject({ id: numericId.optional(), zgid: numericId.optional(), name: text }))
    .min(1)
    .optional(),
  crmPermission: z.boolean().optional(),
});

export const clientSchema = z.strictObject({
  id: text.optional(),
  name: text,
  secret: text.optional(),
  secretByDataCenter: z.partialRecord(dataCenterSchema, text).optional(),
  redirectUris: z.array(z.url()).default([]),
  homeDataCenter: dataCenterSchema.optional(),
  multiDataCenter: z.boolean().optional(),
});

export const consentSchema = z.strictObject({
  clientId: text,
  redirectUri: text,
  scopes,
  /** The user's e-mail. */
  user: email,
  /** The `zgid`; the user's first organisation without it. */
  organization: numericId.optional(),
  state: z.string().optional(),
  accessType: z.enum(['online', 'offline']).default('online'),
  prompt: z.literal('consent').optional(),
  decision: z.enum(['accept', 'deny']).default('accept'),
});

export const grantCodeSchema = z.strictObject({
  /** The only client without it. */
  clientId: text.optional(),
  scopes,
  user: email,
  organization: numericId.optional(),
});

/** The refresh token itself or its reference, as the journal and the summary show it. */
export const refreshTokenSchema = z.strictObject({ refreshToken: text });

export const userAndClientSchema = z.strictObject({ user: email, clientId: text });

export const changePasswordSchema = z.strictObject({
  user: email,
  terminateApiTokens: z.boolean().default(true),
});

export const clientIdSchema = z.strictObject({ clientId: text });

export const clientDisabledSchema = z.strictObject({ clientId: text, disabled: z.boolean().default(true) });

export const clearFaultsSchema = z.strictObject({ id: text.optional() });
