import { describe, expect, it } from 'vitest';
import {
  digestEntries,
  digestEntryOf,
  isDigestDue,
  isFirstDay,
  needsAttention,
} from '../../../lib/alerts/decide-digest.ts';
import type { ConnectionState } from '../../../lib/domain/connection-state.ts';
import type { CheckStatus, HealthReport } from '../../../lib/domain/health-report.ts';
import { aConnection, aState } from '../../support/builders.ts';

const HOUR_MS = 3_600_000;
const at = (iso: string): number => Date.parse(iso);
const NOW_MS = at('2027-03-02T07:00:00.000Z');
const BERLIN = { timeZone: 'Europe/Berlin', digestHour: 8 };

describe('the daily digest', () => {
  it.each([
    ['before its hour', at('2027-03-01T07:00:00Z'), at('2027-03-02T06:59:00Z'), false],
    ['at its hour', at('2027-03-01T07:00:00Z'), at('2027-03-02T07:00:00Z'), true],
    ['later that day, if nobody looked before', at('2027-03-01T07:00:00Z'), at('2027-03-02T21:00:00Z'), true],
    ['once a day', at('2027-03-02T07:00:00Z'), at('2027-03-02T15:00:00Z'), false],
    ['in summer, by the zone’s own hour', at('2027-06-01T06:00:00Z'), at('2027-06-02T06:00:00Z'), true],
    ['not again when the clock goes back', at('2027-03-02T07:00:00Z'), at('2027-03-01T15:00:00Z'), false],
  ])('is due: %s', (_, lastMs, nowMs, isDue) => {
    expect(isDigestDue({ atMs: lastMs }, BERLIN, nowMs)).toBe(isDue);
  });

  it.each([
    ['a moment before its hour', at('2027-03-01T08:00:00Z'), at('2027-03-02T07:59:59Z'), false],
    ['at its hour', at('2027-03-01T08:00:00Z'), at('2027-03-02T08:00:00Z'), true],
    ['once a day', at('2027-03-02T08:00:00Z'), at('2027-03-02T23:59:59Z'), false],
  ])('is due in UTC, %s, as by a formatter', (_, lastMs, nowMs, isDue) => {
    for (const timeZone of ['UTC', 'Africa/Abidjan']) {
      expect(isDigestDue({ atMs: lastMs }, { timeZone, digestHour: 8 }, nowMs), timeZone).toBe(isDue);
    }
  });

  it.each([0, 3, 8, 23])(
    'comes once a day, at hour %i of any zone, whoever looks and however often',
    (digestHour) => {
      for (const timeZone of ['UTC', 'Europe/Berlin', 'Pacific/Auckland']) {
        const startMs = at('2027-03-25T10:30:00Z');
        let last = { atMs: startMs };
        const sent: number[] = [];
        for (let nowMs = startMs; nowMs < startMs + 10 * 24 * HOUR_MS; nowMs += HOUR_MS / 4) {
          if (!isDigestDue(last, { timeZone, digestHour }, nowMs)) continue;
          sent.push(nowMs);
          last = { atMs: nowMs };
        }
        // The first day is the one that begins the count.
        expect(sent.length, timeZone).toBeGreaterThanOrEqual(9);
        const pauses = sent.slice(1).map((atMs, index) => (atMs - (sent[index] ?? 0)) / HOUR_MS);
        // A day in which the clock is put forward has 23 hours, and one in which it is put back has 25.
        expect(
          pauses.every((hours) => hours >= 23 && hours <= 25),
          timeZone,
        ).toBe(true);
      }
    },
  );

  it('a clock that jumps for days and back makes one digest, and not one each time', () => {
    let last = { atMs: NOW_MS };
    let sent = 0;
    for (let look = 0; look < 30; look += 1) {
      const nowMs = NOW_MS + (look % 2 === 0 ? 30 * HOUR_MS : 0) + look * 60_000;
      if (!isDigestDue(last, BERLIN, nowMs)) continue;
      sent += 1;
      last = { atMs: nowMs };
    }
    expect(sent).toBe(1);
  });

  it('counts its days anew from where a wrong clock has left them', () => {
    expect(isFirstDay(null, NOW_MS)).toBe(true);
    expect(isFirstDay({ atMs: NOW_MS + 6 * 24 * HOUR_MS }, NOW_MS)).toBe(false);
    expect(isFirstDay({ atMs: NOW_MS + 8 * 24 * HOUR_MS }, NOW_MS)).toBe(true);
  });

  it('of hundreds of connections that all fail is small enough to be kept', () => {
    const finding = {
      name: 'email',
      status: 'fail',
      detail: 'x'.repeat(300),
      remedy: 'y'.repeat(300),
    } as const;
    const entries = Array.from({ length: 300 }, (_, index) => ({
      connection: `connection-${index}`,
      health: index === 299 ? ('down' as const) : ('healthy' as const),
      sinceMs: null,
      failure: null,
      consumersFineUntilMs: null,
      isUnauthorized: false,
      findings: Array.from({ length: 16 }, () => finding),
      keptBack: 0,
    }));
    const kept = digestEntries(entries);
    expect(kept).toHaveLength(300);
    expect(kept[0]?.connection).toBe('connection-299');
    expect(JSON.stringify(kept).length).toBeLessThan(150_000);
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
