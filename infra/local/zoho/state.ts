import { createHash, randomBytes, randomInt } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import * as z from 'zod';
import { JsonStore } from '../json-store.ts';

/** Zoho's data centres. @see https://www.zoho.com/accounts/protocol/oauth/multi-dc.html */
export const dataCenterSchema = z.enum(['us', 'eu', 'in', 'au', 'jp', 'ca', 'sa', 'cn', 'uk', 'ae']);

const organizationSchema = z.strictObject({
  /** The record id that CRM gives the organisation. */
  id: z.string(),
  /** The organisation's id across all products. */
  zgid: z.string(),
  name: z.string(),
});

const userSchema = z.strictObject({
  email: z.string(),
  name: z.string(),
  zuid: z.string(),
  /** Where the user's account and data live; their tokens are worth nothing elsewhere. */
  dataCenter: dataCenterSchema,
  organizations: z.array(organizationSchema).min(1),
  /** Whether the user's CRM profile allows what the probes ask for; without it CRM answers `NO_PERMISSION`. */
  crmPermission: z.boolean(),
});

const clientSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  secret: z.string(),
  /** Secrets of data centres that have one of their own. */
  secretByDataCenter: z.partialRecord(dataCenterSchema, z.string()),
  redirectUris: z.array(z.string()),
  /** Where the client was registered and where authorization starts. */
  homeDataCenter: dataCenterSchema,
  /** Whether the client is known outside of its home data centre. */
  multiDataCenter: z.boolean(),
  disabled: z.boolean(),
});

const grantShape = {
  clientId: z.string(),
  email: z.string(),
  /** The `zgid` that the user consented for. */
  organization: z.string(),
  scopes: z.array(z.string()),
  dataCenter: dataCenterSchema,
};

const grantCodeSchema = z.strictObject({
  ...grantShape,
  code: z.string(),
  /** Null for a Self Client's code, which no redirect carried. */
  redirectUri: z.string().nullable(),
  /** Whether the exchange answers a refresh token. */
  offline: z.boolean(),
  expiresAtMs: z.number(),
});

const refreshTokenSchema = z.strictObject({
  ...grantShape,
  token: z.string(),
  issuedAtMs: z.number(),
  mintWindow: z.strictObject({ startedAtMs: z.number(), mints: z.number() }),
});

const accessTokenSchema = z.strictObject({
  ...grantShape,
  token: z.string(),
  /** The refresh token that it dies with; null after an online consent. */
  refreshToken: z.string().nullable(),
  expiresAtMs: z.number(),
});

/** All lists are in order of issue: the oldest first. */
const documentSchema = z.strictObject({
  users: z.array(userSchema),
  clients: z.array(clientSchema),
  /** Which user has accepted which client before. */
  consents: z.array(z.strictObject({ email: z.string(), clientId: z.string() })),
  grantCodes: z.array(grantCodeSchema),
  refreshTokens: z.array(refreshTokenSchema),
  accessTokens: z.array(accessTokenSchema),
});

export type DataCenterCode = z.infer<typeof dataCenterSchema>;
export type ZohoOrganization = z.infer<typeof organizationSchema>;
export type ZohoUser = z.infer<typeof userSchema>;
export type ZohoClient = z.infer<typeof clientSchema>;
export type GrantCode = z.infer<typeof grantCodeSchema>;
export type RefreshToken = z.infer<typeof refreshTokenSchema>;
export type AccessToken = z.infer<typeof accessTokenSchema>;
/** What a user allowed: which client, for which organisation, which scopes, in which data centre. */
export type Grant = Pick<GrantCode, 'clientId' | 'email' | 'organization' | 'scopes' | 'dataCenter'>;
type ZohoDocument = z.infer<typeof documentSchema>;

/** Everything that Zoho remembers: users, clients, consents, codes and tokens. Survives a restart if it has a path. */
export class ZohoState {
  readonly #store: JsonStore<ZohoDocument>;
  #saving: Promise<void> | null = null;

  constructor(path: string | null) {
    this.#store = new JsonStore(path, documentSchema, emptyDocument());
  }

  get document(): ZohoDocument {
    return this.#store.value;
  }

  /** Saves what was changed in place, without what has expired meanwhile. */
  save(nowMs: number): void {
    const { document } = this;
    document.accessTokens = document.accessTokens.filter((token) => token.expiresAtMs > nowMs);
    document.grantCodes = document.grantCodes.filter((code) => code.expiresAtMs > nowMs);
    this.#store.save();
  }

  /** Saves once for all who ask in the same turn of the event loop; resolves when their changes are on disk. */
  saveTogether(nowMs: number): Promise<void> {
    this.#saving ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.#saving = null;
      this.save(nowMs);
    });
    return this.#saving;
  }

  clear(): void {
    this.#store.save(emptyDocument());
  }

  findUser(email: string): ZohoUser | undefined {
    return this.document.users.find((user) => user.email === email);
  }

  findClient(id: string): ZohoClient | undefined {
    return this.document.clients.find((client) => client.id === id);
  }

  findRefreshToken(token: string): RefreshToken | undefined {
    return this.document.refreshTokens.find((candidate) => candidate.token === token);
  }

  findAccessToken(token: string): AccessToken | undefined {
    return this.document.accessTokens.find((candidate) => candidate.token === token);
  }
}

function emptyDocument(): ZohoDocument {
  return { users: [], clients: [], consents: [], grantCodes: [], refreshTokens: [], accessTokens: [] };
}

/** Every token, code and client secret on its way out, for whoever watches where they end up. */
export const ISSUED_SECRETS_CHANNEL = 'zoho-simulator:issued';

const issuedSecrets = channel(ISSUED_SECRETS_CHANNEL);

/** A token or grant code in the shape of Zoho's. */
export function newToken(): string {
  return issued(`1000.${randomBytes(16).toString('hex')}.${randomBytes(16).toString('hex')}`);
}

/** A client id in the shape of Zoho's. */
export function newClientId(): string {
  return `1000.${randomBytes(16).toString('hex').slice(0, 30).toUpperCase()}`;
}

/** A client secret in the shape of Zoho's. */
export function newClientSecret(): string {
  return issued(randomBytes(21).toString('hex'));
}

function issued(secret: string): string {
  issuedSecrets.publish(secret);
  return secret;
}

/** A number in the shape of Zoho's record and account ids. */
export function newNumericId(digits: number): string {
  return Array.from({ length: digits }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join('');
}

/** Names a token without giving it away: the first 12 hex digits of its SHA-256. */
export function tokenReference(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

/** What `tokenReference` answers. */
export const TOKEN_REFERENCE = /^[0-9a-f]{12}$/;
