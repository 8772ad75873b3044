import * as z from 'zod/mini';
import { CREDENTIAL_SOURCES } from '../domain/credential.ts';
import { HEALTHS } from '../domain/health.ts';

const schemaVersion = z
  .literal(1)
  .check(z.meta({ description: 'Fields are only ever added to it; another number is another meaning.' }));
const connection = z.string().check(z.meta({ description: 'The connection’s id, such as crm.' }));
const generation = z
  .int()
  .check(
    z.positive(),
    z.meta({ description: 'Of the connection’s credential; it grows by one with each new one.' }),
  );
const time = z.iso.datetime();

/** What each event says, by its `detail-type`. Holds no token, and nothing to find one by. */
export const EVENT_DETAILS = {
  ZohoAccessTokenPublished: z
    .object({
      schemaVersion,
      connection,
      generation,
      expiresAt: time.check(z.meta({ description: 'Until when the token is valid. ISO 8601, UTC.' })),
    })
    .check(z.meta({ description: 'Consumers find a fresh access token in zoho/<connection>/access-token.' })),
  ZohoCredentialReplaced: z
    .object({
      schemaVersion,
      connection,
      generation,
      source: z.enum(CREDENTIAL_SOURCES).check(
        z.meta({
          description:
            'How it came: operator (put into the secret), rotation (Zoho sent another one), consent, override (by hand), restore, recovery (from a backup, by itself).',
        }),
      ),
      organizationId: z.nullable(z.string()).check(
        z.meta({
          description: 'The Zoho organisation that it was proven for; null when that is not known.',
        }),
      ),
    })
    .check(
      z.meta({
        description:
          'Another refresh token is current. Consumers have nothing to do: a token of it is published.',
      }),
    ),
  ZohoConnectionHealthChanged: z
    .object({
      schemaVersion,
      connection,
      from: z.enum(HEALTHS),
      to: z.enum(HEALTHS).check(
        z.meta({
          description:
            'degraded: attempts fail, consumers still hold a valid token. down: they hold none, or the refresh token is dead.',
        }),
      ),
      at: time.check(z.meta({ description: 'When it was noticed. ISO 8601, UTC.' })),
    })
    .check(z.meta({ description: 'A connection’s health is another one than before.' })),
} as const;

export type EventType = keyof typeof EVENT_DETAILS;
export type EventDetail<T extends EventType> = Readonly<z.infer<(typeof EVENT_DETAILS)[T]>>;
