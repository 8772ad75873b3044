import type { Connection } from '../config/configuration.ts';
import type { Failure } from '../domain/failure.ts';
import type { ProbeOutcome } from '../zoho/probes.ts';
import type { ExchangeOutcome, MintOutcome } from '../zoho/token-endpoint.ts';
import {
  budgetFailure,
  credentialChangedFailure,
  mintFailure,
  organizationFailure,
  probeFailure,
  storeFailure,
} from './failures.ts';

/**
 * Why a new credential was not taken. Whatever it is, the running one is untouched.
 * - `codeRejected`, `tokenRejected`: Zoho does not know what was given
 * - `noRefreshToken`, `scopeMissing`, `otherOrganization`, `organizationUnknown`, `probeRejected`: Zoho gave something,
 *   but not what this connection needs
 * - `misconfigured`: the client, its secret or the data centre
 * - `throttled`, `budgetSpent`, `unavailable`: time helps
 * - `changed`: somebody else replaced the credential meanwhile
 * - `store`: AWS, or a secret that is not fit to be used
 */
export type ReplacementFailure = Failure &
  (
    | {
        readonly kind:
          | 'codeRejected'
          | 'tokenRejected'
          | 'noRefreshToken'
          | 'otherOrganization'
          | 'organizationUnknown'
          | 'probeRejected'
          | 'misconfigured'
          | 'throttled'
          | 'unavailable'
          | 'changed'
          | 'store';
      }
    | { readonly kind: 'scopeMissing'; readonly missing: readonly string[] }
    | { readonly kind: 'budgetSpent'; readonly freeAtMs: number }
  );

const AGAIN = 'Try again in a few minutes.';

/** A grant code that brought no token. */
export function exchangeFailure(
  outcome: Exclude<ExchangeOutcome, { kind: 'exchanged' }>,
  connection: Connection,
): ReplacementFailure {
  if (outcome.kind !== 'codeRejected') return issuingFailure(outcome, connection);
  return {
    kind: 'codeRejected',
    failureClass: 'dead',
    code: 'CODE_REJECTED',
    detail: `Zoho did not accept the grant code: ${outcome.error}.`,
    remedy: 'A code works once and for about a minute: get a new one.',
  };
}

/** A refresh token that minted nothing. */
export function givenTokenFailure(
  outcome: Exclude<MintOutcome, { kind: 'minted' }>,
  connection: Connection,
): ReplacementFailure {
  if (outcome.kind !== 'dead') return issuingFailure(outcome, connection);
  return {
    kind: 'tokenRejected',
    failureClass: 'dead',
    code: 'TOKEN_REJECTED',
    detail: `Zoho did not accept the refresh token: ${outcome.error}.`,
    remedy:
      "Check that it was copied whole, belongs to this connection's client and data centre, and was not revoked; or authorise again.",
  };
}

function issuingFailure(
  outcome: Exclude<MintOutcome, { kind: 'minted' } | { kind: 'dead' }>,
  connection: Connection,
): ReplacementFailure {
  const failure = mintFailure(outcome, connection);
  switch (outcome.kind) {
    case 'misconfigured':
      return { ...failure, kind: 'misconfigured' };
    case 'throttled':
      return { ...failure, kind: 'throttled', remedy: 'Wait ten minutes: asking sooner prolongs it.' };
    case 'transient':
      return { ...failure, kind: 'unavailable', remedy: AGAIN };
  }
}

/** An access token that Zoho's API did not take. */
export function unprovenFailure(
  probe: Exclude<ProbeOutcome, { kind: 'accepted' }>,
  connection: Connection,
): ReplacementFailure {
  const failure = probeFailure(probe, connection);
  return probe.kind === 'rejected'
    ? { ...failure, kind: 'probeRejected' }
    : { ...failure, kind: 'unavailable', remedy: AGAIN };
}

export function noRefreshTokenFailure(): ReplacementFailure {
  return {
    kind: 'noRefreshToken',
    failureClass: 'misconfigured',
    code: 'NO_REFRESH_TOKEN',
    detail: 'Zoho gave an access token without a refresh token.',
    remedy:
      'Use a link that this API made, which asks for offline access; or, in a Self Client, make a new code. If it happens again, remove the app at accounts.zoho.com under Security, Connected Apps, and authorise again.',
  };
}

export function scopeFailure(missing: readonly string[]): ReplacementFailure {
  return {
    kind: 'scopeMissing',
    missing,
    failureClass: 'misconfigured',
    code: 'SCOPE_MISSING',
    detail: `Zoho did not grant everything that the connection needs: ${missing.join(', ')}.`,
    remedy: 'Consent to every scope that is asked for, or name them all when making the code.',
  };
}

export function otherOrganizationFailure(connection: Connection): ReplacementFailure {
  return {
    ...organizationFailure(connection),
    kind: 'otherOrganization',
    remedy:
      'Consent as a user of the right organisation. If the change is meant, ask for it by name: expectedOrganizationId.',
  };
}

export function organizationUnknownFailure(): ReplacementFailure {
  return {
    kind: 'organizationUnknown',
    failureClass: 'misconfigured',
    code: 'ORGANIZATION_UNKNOWN',
    detail: "An organisation was asked for by name, and this connection's probe names none.",
    remedy: 'Ask without expectedOrganizationId, or give the connection a probe of a Zoho product.',
  };
}

export function spentFailure(freeAtMs: number): ReplacementFailure {
  return { ...budgetFailure(freeAtMs), kind: 'budgetSpent', freeAtMs };
}

export function changedFailure(): ReplacementFailure {
  return { ...credentialChangedFailure(), kind: 'changed', remedy: 'Look at the status, and ask again.' };
}

/** What a store, or a fault that nobody foresaw, threw. */
export function brokenStoreFailure(fault: unknown): ReplacementFailure {
  return { ...storeFailure(fault), kind: 'store' };
}
