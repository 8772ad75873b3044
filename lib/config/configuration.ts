import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { toDotPath } from 'zod/v4/core';
import '../schema-messages.ts';
import { DATA_CENTER_CODES } from '../domain/data-center.ts';
import { KeeperError } from '../domain/errors.ts';
import { alertsSchema, recipientsSchema } from './alerts-configuration.ts';
import { originSchema, secureUrlSchema } from './origin.ts';

/** Ids become parts of secret names, table keys and metric dimensions, so they stay plain. */
const idSchema = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'expected 1 to 40 characters: a lower-case letter, then lower-case letters, digits or hyphens',
    ),
  );

/** Secrets are named `zoho/<connection>/credential` and `zoho/clients/<client>`: no id may make one look like another. */
export const connectionIdSchema = idSchema.check(
  z.refine((id) => id !== 'clients', {
    error: 'expected another id than "clients", which names the folder of the clients\' secrets',
  }),
);
const clientIdSchema = idSchema.check(
  z.refine((id) => id !== 'credential' && id !== 'access-token', {
    error: 'expected another id than "credential" or "access-token", which name a connection\'s secrets',
  }),
);

const dataCenterSchema = z.union(
  [
    z.enum(DATA_CENTER_CODES),
    z.strictObject({
      accountsServer: originSchema,
      apiDomain: originSchema,
      deskDomain: originSchema,
      mailDomain: originSchema,
    }),
  ],
  {
    error: `expected one of ${DATA_CENTER_CODES.join(', ')}, or an object of the origins accountsServer, apiDomain, deskDomain and mailDomain (https, or http on loopback)`,
  },
);

/** Zoho separates scopes by commas on the wire; one entry here is one scope. */
const scopeSchema = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z]+(\.[A-Za-z_]+)+$/,
      'expected one scope such as ZohoCRM.org.READ, without spaces or commas',
    ),
  );

/** The cheap authenticated call that proves an access token: one of Zoho's products, or an address of your own. */
export const PROBE_PRODUCTS = ['crm', 'books', 'invoice', 'inventory', 'desk', 'mail'] as const;

/** The scopes of which each product's probe needs one. Zoho compares them without regard to case. */
const PROBE_SCOPES: Record<(typeof PROBE_PRODUCTS)[number], readonly string[]> = {
  crm: ['ZohoCRM.org.READ', 'ZohoCRM.org.ALL'],
  books: financeScopes('ZohoBooks'),
  invoice: financeScopes('ZohoInvoice'),
  inventory: financeScopes('ZohoInventory'),
  desk: ['Desk.basic.READ'],
  mail: ['ZohoMail.accounts.READ', 'ZohoMail.accounts.ALL'],
};

function financeScopes(service: string): string[] {
  return [`${service}.settings.READ`, `${service}.settings.ALL`, `${service}.fullaccess.ALL`];
}

const probeSchema = z.union([z.enum(PROBE_PRODUCTS), z.strictObject({ url: secureUrlSchema })], {
  error: `expected one of ${PROBE_PRODUCTS.join(', ')}, or {"url": "https://…"}`,
});

const connectionSchema = z
  .strictObject({
    /** Names the connection everywhere: `zoho/<id>/credential`, `zoho/<id>/access-token`. */
    id: connectionIdSchema,
    /** The OAuth client whose id and secret stand in `zoho/clients/<client>`. */
    client: clientIdSchema,
    dataCenter: dataCenterSchema,
    scopes: z.array(scopeSchema).check(z.minLength(1, 'expected at least one scope')),
    probe: probeSchema,
    /** After how many days a person is to consent anew, by the company's own rules; null for never. */
    renewEveryDays: z._default(z.nullable(z.int().check(z.gte(1), z.lte(3_650))), null),
    /** How many days before a renewal is due it is told, once each; what is no less than `renewEveryDays` never is. */
    warnDaysBefore: z._default(
      z.array(z.int().check(z.gte(0), z.lte(365))).check(z.minLength(1, 'expected at least one number')),
      [7, 3, 1],
    ),
    /** Whether a renewal is opened by itself with the first of these warnings, so that its link leads to the consent. */
    autoInitiate: z._default(z.boolean(), false),
    /** Who is told of this connection; null for whoever `alerts.recipients` names. */
    recipients: z._default(z.nullable(recipientsSchema), null),
  })
  .check(({ value, issues }) => {
    const { probe, scopes } = value;
    if (typeof probe !== 'string') return;
    const needed = PROBE_SCOPES[probe];
    const granted = new Set(scopes.map((scope) => scope.toLowerCase()));
    if (needed.some((scope) => granted.has(scope.toLowerCase()))) return;
    const message = `expected one of ${needed.join(', ')} among them, which the probe "${probe}" needs`;
    issues.push({ code: 'custom', message, path: ['scopes'], input: scopes });
  });

/** How often an admin may do what, per hour: more is a loop, or somebody who should not. */
const perHourSchema = z.int().check(z.gte(1), z.lte(1_000));
const rateLimitsSchema = z.strictObject({
  reauthorize: z._default(perHourSchema, 5),
  override: z._default(perHourSchema, 10),
  refresh: z._default(perHourSchema, 10),
  restore: z._default(perHourSchema, 10),
  healthCheck: z._default(perHourSchema, 10),
});

const configurationSchema = z
  .strictObject({
    connections: z.array(connectionSchema).check(z.minLength(1, 'expected at least one connection')),
    rateLimits: z.prefault(rateLimitsSchema, {}),
    alerts: alertsSchema,
  })
  .check((context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of context.value.connections.entries()) {
      if (seen.has(id)) {
        context.issues.push({
          code: 'custom',
          message: `expected every id once, but "${id}" stands twice`,
          path: ['connections', index, 'id'],
          input: id,
        });
      }
      seen.add(id);
    }
  });

/** One consent of one Zoho organisation to one client, as the deployment declares it. */
export type Connection = z.infer<typeof connectionSchema>;
export type ProbeChoice = Connection['probe'];
export type RateLimitsPerHour = Configuration['rateLimits'];
/** What a deployment declares: its connections, 1 to hundreds, how often admins may act on one, and who is told. */
export type Configuration = z.infer<typeof configurationSchema>;
/** The same as somebody writes it: what has a default may be missing. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

/** The deployment's configuration cannot be used; the message names each field and what is expected there. */
export class ConfigurationError extends KeeperError {
  readonly code = 'CONFIGURATION_INVALID';
}

/**
 * Reads the deployment's configuration from a file.
 *
 * @throws {ConfigurationError} when the file cannot be read, or naming the path of each wrong field
 */
export function readConfiguration(path: string): Configuration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(`The configuration cannot be read: ${(cause as Error).message}`, { cause });
  }
  return parseConfiguration(text, path);
}

/**
 * Parses the deployment's configuration.
 *
 * @param text the file's content, JSON
 * @param source the file's name, for the error's text
 * @throws {ConfigurationError} naming the path of each wrong field
 */
export function parseConfiguration(text: string, source: string): Configuration {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${source} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  return checkConfiguration(json, source);
}

/**
 * Checks a deployment's configuration, and fills in the defaults.
 *
 * @param source where it comes from, for the error's text
 * @throws {ConfigurationError} naming the path of each wrong field
 */
export function checkConfiguration(input: unknown, source: string): Configuration {
  const result = configurationSchema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `  ${toDotPath(issue.path) || '(top level)'}: ${issue.message}`,
  );
  throw new ConfigurationError(`${source} is not a valid configuration:\n${faults.join('\n')}`);
}
