import { describe, expect, it } from 'vitest';
import { describeRefresh } from '../../../lib/logging/refresh-log.ts';
import type { RefreshOutcome } from '../../../lib/workflows/refresh-outcome.ts';

const AT_MS = Date.parse('2026-11-23T03:00:00Z');

const refreshed: RefreshOutcome = {
  kind: 'refreshed',
  connection: 'crm',
  generation: 2,
  source: 'current',
  repairs: [],
  backup: null,
  expiresAtMs: AT_MS + 3_600_000,
  nextAttemptAtMs: AT_MS + 3_000_000,
  mintLatenciesMs: [320],
  stateRecorded: true,
  auditRecorded: true,
};
const failed: RefreshOutcome = {
  kind: 'failed',
  connection: 'crm',
  failure: { failureClass: 'dead', code: 'CREDENTIAL_DEAD', detail: 'Dead.', remedy: 'Consent.' },
  health: 'down',
  consumersFineUntilMs: AT_MS,
  nextAttemptAtMs: AT_MS,
  consecutiveFailures: 1,
  mintLatenciesMs: [320],
  stateRecorded: true,
  auditRecorded: true,
};

describe('the log of a refresh', () => {
  it('says which connection, what happened, until when it holds and when the next is planned', () => {
    expect(describeRefresh(refreshed)).toEqual({
      level: 'info',
      message: 'access token refreshed',
      fields: {
        code: 'ACCESS_TOKEN_REFRESHED',
        connection: 'crm',
        generation: 2,
        source: 'current',
        expiresAt: '2026-11-23T04:00:00.000Z',
        nextRefreshAt: '2026-11-23T03:50:00.000Z',
        stateRecorded: true,
      },
    });
  });

  it.each<[RefreshOutcome, string, string]>([
    [{ ...refreshed, stateRecorded: false }, 'warn', 'ACCESS_TOKEN_REFRESHED_WITHOUT_STATE'],
    [{ ...refreshed, source: 'staged' }, 'info', 'CREDENTIAL_PROMOTED'],
    [{ ...refreshed, source: 'previous' }, 'warn', 'CREDENTIAL_RECOVERED'],
    [{ ...refreshed, source: 'backupTable' }, 'warn', 'CREDENTIAL_RECOVERED'],
    [{ ...refreshed, repairs: ['restored zoho/crm/credential'] }, 'warn', 'SECRETS_REPAIRED'],
    [failed, 'error', 'REFRESH_FAILED'],
    [{ ...failed, health: 'degraded' }, 'warn', 'REFRESH_FAILED'],
    [{ kind: 'notDue', connection: 'crm', nextAttemptAtMs: AT_MS }, 'debug', 'REFRESH_NOT_DUE'],
    [{ kind: 'held', connection: 'crm' }, 'debug', 'REFRESH_HELD'],
    [{ kind: 'deferred', connection: 'crm' }, 'warn', 'REFRESH_DEFERRED'],
  ])('%# has its level and its code', (outcome, level, code) => {
    expect(describeRefresh(outcome)).toMatchObject({ level, fields: { code, connection: 'crm' } });
  });

  it('of a failure says what to do, and until when consumers are fine', () => {
    expect(describeRefresh(failed).fields).toMatchObject({
      remedy: 'Consent.',
      health: 'down',
      failureClass: 'dead',
      failureCode: 'CREDENTIAL_DEAD',
      consumersFineUntil: '2026-11-23T03:00:00.000Z',
    });
  });
});
