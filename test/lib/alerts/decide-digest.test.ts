import { describe, expect, it } from 'vitest';
import { digestEntryOf, isDigestDue, needsAttention } from '../../../lib/alerts/decide-digest.ts';
import type { ConnectionState } from '../../../lib/domain/connection-state.ts';
import type { CheckStatus, HealthReport } from '../../../lib/domain/health-report.ts';
import { aConnection, aState } from '../../support/builders.ts';

const HOUR_MS = 3_600_000;
const at = (iso: string): number => Date.parse(iso);
const NOW_MS = at('2027-03-02T07:00:00.000Z');
const BERLIN = { timeZone: 'Europe/Berlin', digestHour: 8 };

describe('the daily digest', () => {
  it.each([
    ['the first day is none', null, NOW_MS, false],
    ['before its hour', at('2027-03-01T07:00:00Z'), at('2027-03-02T06:59:00Z'), false],
    ['at its hour', at('2027-03-01T07:00:00Z'), at('2027-03-02T07:00:00Z'), true],
    ['later that day, if nobody looked before', at('2027-03-01T07:00:00Z'), at('2027-03-02T21:00:00Z'), true],
    ['once a day', at('2027-03-02T07:00:00Z'), at('2027-03-02T15:00:00Z'), false],
    ['in summer, by the zone’s own hour', at('2027-06-01T06:00:00Z'), at('2027-06-02T06:00:00Z'), true],
    ['not again when the clock goes back', at('2027-03-02T07:00:00Z'), at('2027-03-01T15:00:00Z'), false],
  ])('is due: %s', (_, lastMs, nowMs, isDue) => {
    expect(isDigestDue(lastMs === null ? null : { atMs: lastMs }, BERLIN, nowMs)).toBe(isDue);
  });

  const healthy = aState({ accessTokenExpiresAtMs: NOW_MS + HOUR_MS });
  const reportOf = (status: CheckStatus, atMs = NOW_MS): HealthReport => ({
    schemaVersion: 1,
    connection: 'crm',
    atMs,
    trigger: 'schedule',
    drill: null,
    status,
    checks: [
      {
        name: 'backupKey',
        status,
        value: 'Disabled',
        limit: 'Enabled',
        detail: 'It is disabled.',
        remedy: 'Enable it.',
      },
    ],
  });
  const entryOf = (state: ConnectionState | null, report: HealthReport | null = null) =>
    digestEntryOf({ connection: aConnection(), state, memory: null, report, nowMs: NOW_MS });

  it('says nothing of a connection that is fine', () => {
    expect(entryOf(healthy)).toBeNull();
    expect(entryOf(healthy, reportOf('ok'))).toBeNull();
  });

  it('says since when a connection fails, why, and what to do', () => {
    const failure = {
      failureClass: 'transient',
      code: 'ZOHO_UNAVAILABLE',
      detail: 'No answer.',
      remedy: 'Wait.',
    } as const;
    const entry = entryOf(
      aState({
        health: 'degraded',
        accessTokenExpiresAtMs: NOW_MS + 1,
        consecutiveFailures: 3,
        lastFailure: { atMs: NOW_MS, ...failure },
        incidentId: `my-crm-${NOW_MS - HOUR_MS}`,
      }),
    );
    expect(entry).toMatchObject({
      health: 'degraded',
      sinceMs: NOW_MS - HOUR_MS,
      failure: { code: 'ZOHO_UNAVAILABLE', detail: 'No answer.', remedy: 'Wait.' },
      isUnauthorized: false,
    });
    expect(entry && needsAttention(entry)).toBe(true);
  });

  it('says what the last health check found, if that is of these days', () => {
    const failed = entryOf(healthy, reportOf('fail'));
    expect(failed).toMatchObject({
      health: 'healthy',
      findings: [{ name: 'backupKey', remedy: 'Enable it.' }],
    });
    expect(failed && needsAttention(failed)).toBe(true);
    expect(entryOf(healthy, reportOf('fail', NOW_MS - 37 * HOUR_MS))).toBeNull();
  });

  it('is not sent for a warning alone', () => {
    const warned = entryOf(healthy, reportOf('warn'));
    expect(warned && needsAttention(warned)).toBe(false);
  });

  it('names what nobody has authorised yet', () => {
    expect(entryOf(null)).toMatchObject({ health: 'down', isUnauthorized: true });
  });
});
