import { type AccessToken, accessTokenSchema } from '../../../lib/domain/access-token.ts';
import { type Credential, credentialSchema } from '../../../lib/domain/credential.ts';
import { accessTokenSecretName, credentialSecretName } from '../../../lib/vault/secret-names.ts';
import type { WireAnswer } from './journey.ts';
import type { VaultView } from './vault-view.ts';
import type { InProcessZoho, ZohoRequest, ZohoWatcher } from './zoho.ts';

const LABELS = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'] as const;
export type Label = (typeof LABELS)[number];

/**
 * Sees everything that the keeper does to Secrets Manager and Zoho, and writes down what breaks a promise at that very
 * moment, whatever becomes of it later.
 */
export interface Witness extends ZohoWatcher {
  /** What must never have happened, in words. */
  readonly violations: readonly string[];
  /** When each mint was asked for, by the keeper's clock. */
  readonly mints: readonly { readonly atMs: number; readonly refreshToken: string }[];
  /** Whether Zoho minted from it and its API accepted what was minted, for the right organisation. */
  isProven(refreshToken: string): boolean;
  /** Told when a secret has changed, and by whom. */
  secretChanged(secretId: string, principal: string): void;
  /** What the connection's secret holds now, by label. */
  credentialAt(label: Label): Credential | null;
  /** What consumers find. */
  published(): AccessToken | null;
  /** Whether Zoho would mint from it, for the right organisation and with every scope. */
  isLiving(refreshToken: string): boolean;
  /** Whether Zoho's API takes it now. */
  isAccepted(accessToken: string): boolean;
  /** The credentials that bear a label. */
  known(): readonly Credential[];
  /** Those of them that live. */
  knownLiving(): readonly Credential[];
  /** The refresh token that Zoho issued an access token for. */
  originOf(accessToken: string): string | null;
}

export interface WitnessOptions {
  readonly connection: { readonly id: string; readonly scopes: readonly string[] };
  readonly nowMs: () => number;
  readonly keeperNowMs: () => number;
  readonly vault: () => VaultView;
  readonly zoho: () => InProcessZoho;
  /** The organisation that the connection belongs to. */
  readonly organization: () => string;
}

export function watch({
  connection,
  nowMs,
  keeperNowMs,
  vault,
  zoho,
  organization,
}: WitnessOptions): Witness {
  const secretId = credentialSecretName(connection.id);
  const publishedId = accessTokenSecretName(connection.id);
  const violations: string[] = [];
  const mints: { atMs: number; refreshToken: string }[] = [];
  /** From which refresh token an access token comes. */
  const origins = new Map<string, string>();
  const proven = new Set<string>();
  /** What a code was exchanged for, and no store has had yet: nobody has it but an invocation. */
  const onlyCopies = new Set<string>();
  /** What Zoho's API did not accept: as far as the keeper can know, it is worth nothing. */
  const refused = new Set<string>();
  const promoted = new Map<number, string>();
  /** Every access token that consumers have found. */
  const given = new Map<string, AccessToken>();
  let currentVersionId: string | null = null;
  let before: readonly Credential[] = [];

  const violate = (what: string) => violations.push(what);
  const grantOf = (refreshToken: string) => zoho().context.state.findRefreshToken(refreshToken);
  const isLiving = (refreshToken: string) => {
    const grant = grantOf(refreshToken);
    if (!grant || grant.organization !== organization()) return false;
    return connection.scopes.every((scope) => grant.scopes.includes(scope));
  };
  const isAccepted = (accessToken: string) => {
    const found = zoho().context.state.findAccessToken(accessToken);
    return found !== undefined && found.expiresAtMs > nowMs();
  };
  const credentialAt = (label: Label) => parse(credentialSchema, vault().labelled(secretId, label)?.text);
  const published = () => parse(accessTokenSchema, vault().labelled(publishedId, 'AWSCURRENT')?.text);
  const known = () => LABELS.map(credentialAt).filter((credential) => credential !== null);
  /** As far as the keeper can know: of a candidate, it does not know the organisation before Zoho's API has told. */
  const areSomeLiving = (credentials: readonly Credential[]) =>
    credentials.some(({ refreshToken }) => grantOf(refreshToken) !== undefined && !refused.has(refreshToken));

  const credentialChanged = (principal: string) => {
    const after = known();
    for (const { refreshToken } of after) onlyCopies.delete(refreshToken);
    if (principal === 'keeper' && areSomeLiving(before) && !areSomeLiving(after)) {
      violate('took the last living credential away');
    }
    before = after;
    const current = vault().labelled(secretId, 'AWSCURRENT');
    if (!current || current.versionId === currentVersionId) return;
    currentVersionId = current.versionId;
    const credential = credentialAt('AWSCURRENT');
    if (!credential || principal !== 'keeper') return;
    const { generation, refreshToken } = credential;
    if (!proven.has(refreshToken)) violate(`made generation ${generation} current, which nothing had proven`);
    const earlier = promoted.get(generation);
    if (earlier !== undefined && earlier !== refreshToken) violate(`used the generation ${generation} twice`);
    promoted.set(generation, refreshToken);
  };

  const checkRevocation = (token: string) => {
    const current = credentialAt('AWSCURRENT');
    if (!grantOf(token)) return;
    if (!current || current.refreshToken === token) return violate('revoked the current refresh token');
    if (!isLiving(current.refreshToken) || !proven.has(current.refreshToken)) {
      violate('revoked a refresh token though the current one was not proven');
    }
    for (const { accessToken, expiresAt } of given.values()) {
      if (origins.get(accessToken) !== token || Date.parse(expiresAt) <= nowMs() || !isAccepted(accessToken))
        continue;
      violate('revoked a refresh token though a consumer may hold an access token of it');
    }
  };

  return {
    violations,
    mints,
    isProven: (refreshToken) => proven.has(refreshToken),
    secretChanged(changedId, principal) {
      if (changedId === secretId) credentialChanged(principal);
      const found = changedId === publishedId ? published() : null;
      if (!found) return;
      if (!given.has(found.accessToken) && !isFromProven(found))
        violate('published an unproven access token');
      given.set(found.accessToken, found);
    },
    credentialAt,
    published,
    isLiving,
    isAccepted,
    known,
    originOf: (accessToken) => origins.get(accessToken) ?? null,
    knownLiving: () => known().filter(({ refreshToken }) => isLiving(refreshToken)),
    arrived({ call, form, accessToken }) {
      const origin = origins.get(accessToken ?? '');
      const isAtRisk = origin !== undefined && onlyCopies.has(origin);
      if (call === 'Zoho.probe' && isAtRisk) violate('asked about a new credential before it was kept');
      const refreshToken = form.get('refresh_token');
      if (call === 'Zoho.mint' && refreshToken) mints.push({ atMs: keeperNowMs(), refreshToken });
      if (call === 'Zoho.revoke') checkRevocation(form.get('token') ?? '');
    },
    served({ call, form }, answer) {
      if (call !== 'Zoho.mint' && call !== 'Zoho.exchange') return;
      const issued = issuedBy(answer);
      const refreshToken = form.get('refresh_token') ?? issued?.refresh_token;
      if (!issued || !refreshToken) return;
      origins.set(issued.access_token, refreshToken);
      if (call === 'Zoho.exchange') onlyCopies.add(refreshToken);
    },
    delivered({ call, accessToken }: ZohoRequest, answer) {
      const refreshToken = call === 'Zoho.probe' && origins.get(accessToken ?? '');
      if (!refreshToken) return;
      const isAnswered = answer.status === 200 && isComplete(answer);
      if (isAnswered && answer.body.includes(`"${organization()}"`)) {
        refused.delete(refreshToken);
        proven.add(refreshToken);
      } else if (isAnswered || answer.status === 401) {
        refused.add(refreshToken);
      }
    },
  };

  function isFromProven({ accessToken }: AccessToken): boolean {
    return proven.has(origins.get(accessToken) ?? '');
  }
}

function parse<T>(schema: { safeParse(value: unknown): { data?: T } }, text: string | undefined): T | null {
  try {
    return text === undefined ? null : (schema.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}

function isComplete({ body }: WireAnswer): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function issuedBy({ body }: WireAnswer): { access_token: string; refresh_token?: string } | null {
  try {
    const json = JSON.parse(body);
    return typeof json.access_token === 'string' ? json : null;
  } catch {
    return null;
  }
}
