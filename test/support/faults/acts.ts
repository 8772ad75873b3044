import { credentialSecretName } from '../../../lib/vault/secret-names.ts';
import type { AdminDependencies } from '../../../lib/workflows/admin-operation.ts';
import { completeConsent } from '../../../lib/workflows/complete-consent.ts';
import { refreshConnections, sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { refreshNow } from '../../../lib/workflows/refresh-now.ts';
import { assertRetriesRecorded } from '../../../lib/workflows/refresh-outcome.ts';
import type { Replacement } from '../../../lib/workflows/replace-credential.ts';
import { requestConsent } from '../../../lib/workflows/request-consent.ts';
import { restoreCredential } from '../../../lib/workflows/restore-credential.ts';
import { type TokenUpdate, updateToken } from '../../../lib/workflows/update-token.ts';
import { anAdminRequest } from '../admin.ts';
import { type Consenting, consentBehind, parametersOf, type RedirectParameters } from '../browser.ts';
import { aCredential } from '../builders.ts';
import { OWNER, REDIRECT_URI, type World } from './world.ts';
import { ZOHO_ORIGIN } from './zoho.ts';

/** How an act ended for whoever asked: `kept` will be finished without them. */
export interface ActOutcome {
  readonly kind: 'succeeded' | 'kept' | 'failed';
  readonly detail: string;
}

const REMAINING = { requestId: 'test', remainingMs: () => 120_000 };

/** The 50-minute tick, as its function runs it. */
export async function tick({ connection }: World, deps: AdminDependencies): Promise<ActOutcome> {
  const outcomes = await refreshConnections(deps, [connection], { trigger: 'tick', ...REMAINING });
  try {
    assertRetriesRecorded(outcomes);
  } catch {
    return { kind: 'failed', detail: 'Lambda is to repeat it' };
  }
  return { kind: 'succeeded', detail: outcomes.map(({ kind }) => kind).join() };
}

/** The sweep of each minute; with the state table out of reach it does nothing. */
export async function sweep({ connection }: World, deps: AdminDependencies): Promise<ActOutcome> {
  try {
    const { refreshes, revocations, backups } = await sweepConnections(deps, [connection], REMAINING);
    const done = [...refreshes, ...revocations, ...backups].map(({ kind }) => kind);
    return { kind: 'succeeded', detail: done.join() };
  } catch (error) {
    return { kind: 'failed', detail: String(error) };
  }
}

/** An admin asks for a link; its state, or null when none was given. */
export async function askForLink(
  { connection, nowMs }: World,
  deps: AdminDependencies,
): Promise<{ url: string | null; outcome: ActOutcome }> {
  const asked = {
    connection: connection.id,
    reason: 'a reason',
    expectedOrganizationId: null,
    redirectUri: REDIRECT_URI,
  };
  return requestConsent(deps, asked, anAdminRequest({ atMs: nowMs() })).then(
    (outcome) =>
      outcome.kind === 'issued'
        ? { url: outcome.authorizationUrl, outcome: { kind: 'succeeded' as const, detail: 'issued' } }
        : { url: null, outcome: { kind: 'failed' as const, detail: outcome.kind } },
    (error) => ({ url: null, outcome: failure(error) }),
  );
}

/** What a person does behind a link, who owns the connection's organisation by default. */
export function consentTo(
  { zoho }: World,
  link: string,
  consenting: Partial<Consenting> = {},
): RedirectParameters {
  return parametersOf(consentBehind(zoho, link, { user: OWNER, ...consenting }));
}

/** Zoho's redirect reaches the callback. */
export function takeRedirect(deps: AdminDependencies, redirect: RedirectParameters): Promise<ActOutcome> {
  return completeConsent(deps, { ...redirect, sourceAddress: '192.0.2.2', requestId: 'callback' }).then(
    (outcome) =>
      outcome.kind === 'completed'
        ? replacementOutcome(outcome.replacement)
        : { kind: 'failed', detail: outcome.kind },
    failure,
  );
}

/** From the request to the redirect, by the same person. */
export async function reauthorize(world: World, deps: AdminDependencies): Promise<ActOutcome> {
  const { url, outcome } = await askForLink(world, deps);
  return url === null ? outcome : takeRedirect(deps, consentTo(world, url));
}

export function override(
  { connection, nowMs }: World,
  deps: AdminDependencies,
  grant: TokenUpdate['grant'],
): Promise<ActOutcome> {
  const update: TokenUpdate = {
    connection: connection.id,
    reason: 'a reason',
    grant,
    expectedOrganizationId: null,
    accountsServer: null,
    isDryRun: false,
  };
  return updateToken(deps, update, anAdminRequest({ atMs: nowMs() })).then(
    (outcome) =>
      outcome.kind === 'completed'
        ? replacementOutcome(outcome.replacement)
        : { kind: 'failed', detail: outcome.kind },
    failure,
  );
}

export function refreshByAdmin({ connection, nowMs }: World, deps: AdminDependencies): Promise<ActOutcome> {
  const asked = { connection: connection.id, reason: null };
  return refreshNow(deps, asked, anAdminRequest({ atMs: nowMs() })).then(
    (outcome) => ({
      kind: outcome.kind === 'refreshed' || outcome.kind === 'joined' ? 'succeeded' : 'failed',
      detail: outcome.kind === 'failed' ? outcome.failure.code : outcome.kind,
    }),
    failure,
  );
}

/** An admin goes back to an earlier generation. */
export function restore(
  { connection, nowMs }: World,
  deps: AdminDependencies,
  generation: number,
): Promise<ActOutcome> {
  const restoration = {
    connection: connection.id,
    generation,
    reason: 'a reason',
    expectedOrganizationId: null,
  };
  return restoreCredential(deps, restoration, anAdminRequest({ atMs: nowMs() })).then(
    (outcome) =>
      outcome.kind === 'completed'
        ? replacementOutcome(outcome.replacement)
        : { kind: 'failed', detail: outcome.kind },
    failure,
  );
}

/** A Self Client's code, by the owner. */
export function grantCode({ zoho, connection, oauthClient }: World, user = OWNER): string {
  const { scopes } = connection;
  return zoho.issueGrantCode({ clientId: oauthClient.id, scopes, user }).code;
}

/** A consent that the keeper knows nothing of; answers its refresh token. */
export async function consentElsewhere(world: World, user = OWNER): Promise<string> {
  const { zoho, oauthClient } = world;
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: oauthClient.id,
    client_secret: oauthClient.secret,
    code: grantCode(world, user),
  });
  const answer = await zoho.answerDirectly('/oauth/v2/token', form);
  return (JSON.parse(answer) as { refresh_token: string }).refresh_token;
}

/** Puts a credential as an operator does. */
export async function putByOperator(world: World, refreshToken: string): Promise<void> {
  const { id, scopes } = world.connection;
  const origin = ZOHO_ORIGIN;
  await world.putSecret(
    credentialSecretName(id),
    aCredential({ connection: id, scopes, refreshToken, accountsServer: origin, apiDomain: origin }),
  );
}

function replacementOutcome(replacement: Replacement): ActOutcome {
  switch (replacement.kind) {
    case 'replaced':
    case 'unchanged':
    case 'proven':
      return { kind: 'succeeded', detail: replacement.kind };
    case 'unfinished':
      return { kind: 'kept', detail: replacement.kind };
    case 'failed':
      return { kind: 'failed', detail: replacement.failure.code };
  }
}

function failure(error: unknown): ActOutcome {
  return { kind: 'failed', detail: String(error) };
}
