import { describe, expect, it } from 'vitest';
import type { AlertMemory } from '../../../lib/alerts/alert-memory.ts';
import { decideAlerts, type Sighting } from '../../../lib/alerts/decide-alerts.ts';
import type { TrailRecord } from '../../../lib/alerts/follow-trail.ts';
import type { AuditEntry } from '../../../lib/domain/audit-entry.ts';
import type { Recovery } from '../../../lib/domain/connection-state.ts';
import type { HealthReport } from '../../../lib/domain/health-report.ts';
import { aConnection, aState } from '../../support/builders.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const COOLDOWN_MS = 6 * HOUR_MS;
const NOW_MS = Date.parse('2027-03-01T00:00:00.000Z');
const HEALTHY = aState({ accessTokenExpiresAtMs: NOW_MS + 1_000 * HOUR_MS });

const aSighting = (differing: Partial<Sighting> = {}): Sighting => ({
  connection: aConnection(),
  state: HEALTHY,
  records: [],
  report: null,
  nowMs: NOW_MS,
  ...differing,
});
const decide = (memory: AlertMemory | null, differing: Partial<Sighting> = {}) =>
  decideAlerts(memory, aSighting(differing), { cooldownMs: COOLDOWN_MS });
/** What was told, looking at one thing after another from a first, uneventful look on. */
function tell(sightings: readonly Partial<Sighting>[]): string[] {
  let { memory } = decide(null);
  return sightings.flatMap((differing) => {
    const decided = decide(memory, differing);
    memory = decided.memory;
    return decided.news.map(({ kind }) => kind);
  });
}

const aRecord = (sequence: number, entry: Partial<AuditEntry>): TrailRecord =>
  ({
    connection: 'crm',
    sequence,
    entry: { actor: { kind: 'admin', id: 'one', name: null }, ...entry },
  }) as TrailRecord;
const REPLACED = { operation: 'consent', outcome: 'succeeded', code: null } as const;
const LIMITED = { operation: 'refresh', outcome: 'refused', code: 'RATE_LIMITED' } as const;
const REWRITTEN = { operation: 'backup', outcome: 'succeeded', code: 'REWRITTEN_TO_BUCKET' } as const;

describe('what people are told', () => {
  it('what lies behind the first look is no news', () => {
    const recovery: Recovery = { atMs: NOW_MS - 1, from: 'backupTable', repairs: [], unrepaired: [] };
    const state = { ...HEALTHY, recovery, auditHead: { sequence: 41, hash: 'a' } };
    const { news, memory } = decide(null, { state });
    expect(news).toEqual([]);
    expect(memory).toMatchObject({ auditSequence: 41, recoveredAtMs: NOW_MS - 1, health: 'healthy' });
  });

  it('a connection that nobody has set up is no problem', () => {
    expect(tell([{ state: null }, { state: aState({ generation: null }) }])).toEqual([]);
  });

  it('each new credential, also the second within a minute, and each once', () => {
    const records = [aRecord(1, REPLACED), aRecord(2, { ...REPLACED, operation: 'restore' })];
    expect(tell([{ records }, {}])).toEqual(['replaced', 'replaced']);
    expect(decide(null, { records }).memory.auditSequence).toBe(2);
  });

  it('nothing of what was refused, only proven, unchanged, or done by a schedule', () => {
    const records = [
      aRecord(1, { ...REPLACED, outcome: 'failed' }),
      aRecord(2, { ...REPLACED, outcome: 'unchanged' }),
      aRecord(3, { ...REPLACED, operation: 'manual-token-update-dry-run' }),
      aRecord(4, { ...REPLACED, operation: 'refresh' }),
      aRecord(5, { ...REWRITTEN, code: 'WRITTEN_TO_TABLE' }),
      aRecord(6, { ...REWRITTEN, outcome: 'failed', code: 'BACKUP_INCOMPLETE' }),
    ];
    expect(tell([{ records }])).toEqual([]);
  });

  it('a new credential that the audit does not know of, by nobody whom it knows', () => {
    const given = (generation: number, source: 'consent' | 'rotation') =>
      aState({
        accessTokenExpiresAtMs: HEALTHY.accessTokenExpiresAtMs,
        generation,
        credential: { source, obtainedAtMs: NOW_MS },
        auditHead: { sequence: 1, hash: 'a' },
      });
    const { memory } = decide(null, { state: given(1, 'consent') });
    const reading = (records: Sighting['records']) => decide(memory, { state: given(2, 'consent'), records });
    expect(reading([]).news).toMatchObject([
      { kind: 'replaced', entry: { generation: 2, actor: { id: 'unknown' }, operation: 'consent' } },
    ]);
    // Not while the audit cannot be read, nor where it knows.
    expect(reading(null)).toMatchObject({ news: [], memory: { generation: 1 } });
    expect(reading([aRecord(2, { ...REPLACED, generation: 2 })]).news).toMatchObject([
      { kind: 'replaced', entry: { actor: { id: 'one' } } },
    ]);
    expect(decide(reading([]).memory, { state: given(2, 'consent') }).news).toEqual([]);
    expect(decide(memory, { state: given(2, 'rotation') }).news).toEqual([]);
    // Told when it was staged, and not once more when the sweep makes it current.
    const staged = decide(memory, { records: [aRecord(2, { ...REPLACED, code: 'STAGED', generation: 2 })] });
    expect(decide(staged.memory, { state: given(2, 'consent') }).news).toEqual([]);
  });

  it('a rate limit once per admin and operation within the cooldown', () => {
    const other = { ...LIMITED, actor: { kind: 'admin', id: 'two', name: null } } as const;
    expect(
      tell([
        { records: [aRecord(1, LIMITED), aRecord(2, LIMITED)] },
        { records: [aRecord(3, LIMITED)], nowMs: NOW_MS + HOUR_MS },
        { records: [aRecord(4, other)], nowMs: NOW_MS + HOUR_MS },
        { records: [aRecord(5, LIMITED)], nowMs: NOW_MS + 6 * HOUR_MS },
      ]),
    ).toEqual(['rateLimited', 'rateLimited', 'rateLimited']);
  });

  it('how many were kept back in a day', () => {
    const { memory } = decide(null, {
      records: [aRecord(1, LIMITED), aRecord(2, LIMITED), aRecord(3, LIMITED)],
    });
    expect(memory.keptBackAtMs).toEqual([NOW_MS, NOW_MS]);
    expect(decide(memory, { nowMs: NOW_MS + 25 * HOUR_MS }).memory.keptBackAtMs).toEqual([]);
  });

  it('a backup that was lost and is back, once for the same stores', () => {
    const { news } = decide(null, { records: [aRecord(1, REWRITTEN), aRecord(2, REWRITTEN)] });
    expect(news).toMatchObject([{ kind: 'backupRewritten', stores: ['bucket'] }]);
  });

  it('what came back from elsewhere, each time that it is something else', () => {
    const recovered = (minutes: number, recovery: Partial<Recovery>) => ({
      state: {
        ...HEALTHY,
        recovery: {
          atMs: NOW_MS + minutes,
          from: 'current' as const,
          repairs: [],
          unrepaired: [],
          ...recovery,
        },
      },
    });
    expect(tell([recovered(1, { from: 'backupTable' }), recovered(1, { from: 'backupTable' })])).toEqual([
      'recoveredFromBackup',
    ]);
    expect(tell([recovered(1, { from: 'backupTable' }), recovered(2, { from: 'backupTable' })])).toHaveLength(
      1,
    );
    expect(
      tell([
        recovered(1, { from: 'backupTable' }),
        recovered(2, { repairs: ['recreated zoho/crm/credential'] }),
      ]),
    ).toHaveLength(2);
    expect(
      tell([recovered(1, { unrepaired: ['zoho/crm/credential'] }), recovered(2, { from: 'staged' })]),
    ).toEqual([]);
  });

  it('a broken audit chain once, until it is broken otherwise', () => {
    const broken = (detail: string): Partial<Sighting> => ({
      report: {
        schemaVersion: 1,
        connection: 'crm',
        atMs: NOW_MS,
        trigger: 'schedule',
        drill: null,
        status: 'fail',
        checks: [
          { name: 'auditChain', status: 'fail', value: 'broken', limit: 'intact', detail, remedy: 'Look.' },
        ],
      } satisfies HealthReport,
    });
    expect(
      tell([
        broken('at 3'),
        broken('at 3'),
        { ...broken('at 3'), nowMs: NOW_MS + 24 * HOUR_MS },
        broken('at 9'),
        {},
        broken('at 9'),
      ]),
    ).toEqual(['auditBroken', 'auditBroken']);
  });

  it('a new credential for one that was to be renewed is the renewal', () => {
    const connection = aConnection({ renewEveryDays: 90 });
    const credential = { source: 'consent', obtainedAtMs: NOW_MS - 85 * 24 * HOUR_MS } as const;
    const { memory, news } = decide(null, { connection, state: { ...HEALTHY, credential } });
    expect(news).toMatchObject([{ kind: 'renewalDue', warning: { daysLeft: 5, daysBefore: 7 } }]);
    const renewed = { ...HEALTHY, credential: { ...credential, obtainedAtMs: NOW_MS } };
    const after = decide(memory, { connection, state: renewed, records: [aRecord(1, REPLACED)] });
    expect(after.news).toMatchObject([{ kind: 'replaced', isRenewal: true }]);
    const next = decide(after.memory, { connection, state: renewed, records: [aRecord(2, REPLACED)] });
    expect(next.news).toMatchObject([{ kind: 'replaced', isRenewal: false }]);
  });

  it('a renewal is told as one, also when the audit could not be read at first', () => {
    const connection = aConnection({ renewEveryDays: 90 });
    const credential = { source: 'consent', obtainedAtMs: NOW_MS - 85 * 24 * HOUR_MS } as const;
    const { memory } = decide(null, { connection, state: { ...HEALTHY, credential } });
    const renewed = { ...HEALTHY, credential: { ...credential, obtainedAtMs: NOW_MS } };
    const unread = decide(memory, { connection, state: renewed, records: null });
    expect(unread.news).toEqual([]);
    const read = decide(unread.memory, { connection, state: renewed, records: [aRecord(1, REPLACED)] });
    expect(read.news).toMatchObject([{ kind: 'replaced', isRenewal: true }]);
  });

  it('that health has changed is for listeners at once, also where nobody is mailed', () => {
    const { memory } = decide(null);
    const lastFailure = {
      atMs: NOW_MS,
      failureClass: 'transient',
      code: 'A',
      detail: '',
      remedy: '',
    } as const;
    const degraded = { ...HEALTHY, health: 'degraded', consecutiveFailures: 2, lastFailure } as const;
    const failing = decide(memory, { state: degraded });
    expect(failing.change).toEqual({ from: 'healthy', to: 'degraded' });
    expect(decide(failing.memory, { state: degraded }).change).toBeNull();
  });

  it('the same look again tells nothing, and remembers the same', () => {
    const state = { ...HEALTHY, health: 'down', consecutiveFailures: 1 } as const;
    const { memory } = decide(null, { state, records: [aRecord(1, LIMITED)] });
    expect(decide(memory, { state })).toEqual({ memory, news: [], change: null });
  });
});
