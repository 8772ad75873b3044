/** An access token as it was published, and all that is needed to use it. */
export interface ZohoToken {
  /** The value for the header `Authorization: Zoho-oauthtoken <accessToken>`. */
  readonly accessToken: string;
  /** The origin to call: data centres differ. */
  readonly apiDomain: string;
  /** Milliseconds since the epoch; never more than an hour after it was read. */
  readonly expiresAtMs: number;
  /** The connection's id, such as `crm`. */
  readonly connection: string;
  /** Which credential minted it; grows with each that takes another's place. */
  readonly generation: number;
}

/** What a secret's text is; `faults` are names of fields and never hold what stands in them. */
export type DocumentReading =
  | { readonly kind: 'accessToken'; readonly token: ZohoToken }
  | { readonly kind: 'newerSchema' }
  | { readonly kind: 'notJson' }
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

const SCHEMA_VERSION = 1;

/**
 * Reads a published document by the rules of `accessTokenSchema` (lib/domain/access-token.ts), which a test holds it
 * to. By hand, since the schema's library is larger than this package may be.
 */
export function readDocument(text: string): DocumentReading {
  const json = parseObject(text);
  if (json === null) return { kind: 'notJson' };
  const { schemaVersion, connection, accessToken, expiresAt, apiDomain, generation } = json;
  if (typeof schemaVersion === 'number' && schemaVersion > SCHEMA_VERSION) {
    return { kind: 'newerSchema' };
  }
  const isSound = {
    schemaVersion: schemaVersion === SCHEMA_VERSION,
    connection: isText(connection),
    accessToken: isText(accessToken),
    expiresAt: isInstant(expiresAt),
    apiDomain: isText(apiDomain) && URL.canParse(apiDomain.trim()),
    generation: Number.isSafeInteger(generation) && (generation as number) > 0,
  };
  const faults = Object.entries(isSound).flatMap(([field, sound]) => (sound ? [] : [field]));
  if (faults.length > 0) return { kind: 'faulty', faults };
  const token = {
    accessToken: accessToken as string,
    apiDomain: (apiDomain as string).trim().replace(/[\t\n\r]/g, ''),
    expiresAtMs: Date.parse(expiresAt as string),
    connection: connection as string,
    generation: generation as number,
  };
  return { kind: 'accessToken', token };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && !Array.isArray(json) ? (json as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** ISO 8601 in UTC, of a day that exists: `Date` would take 30 February for 2 March. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !INSTANT.test(value)) return false;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value.slice(0, 19));
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
