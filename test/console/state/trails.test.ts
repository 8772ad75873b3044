import { describe, expect, it, vi } from 'vitest';
import type { AuditPageAnswer } from '../../../console/api/answers.ts';
import type { Answer, Api } from '../../../console/api/client.ts';
import { ServerClock } from '../../../console/api/server-clock.ts';
import { createTrails } from '../../../console/state/trails.ts';
import { anEntry, minutesFromNow, NOW_MS } from '../support.ts';

/** Trails over an API that answers with these pages, and what it was asked. */
function trailsOver(pages: readonly (Partial<AuditPageAnswer> | null)[]) {
  const asked: Record<string, unknown>[] = [];
  const script = [...pages];
  const api = (async (
    _: string,
    input: { query: Record<string, unknown> },
  ): Promise<Answer<AuditPageAnswer>> => {
    asked.push(input.query);
    const page = script.shift();
    if (!page) return { kind: 'unreachable' };
    return { kind: 'ok', value: { entries: [], unreadable: 0, nextCursor: null, ...page } };
  }) as unknown as Api;
  const waits: { ms: number; end: () => void }[] = [];
  const wait = (ms: number) =>
    ms < 1_000 ? Promise.resolve() : new Promise<void>((end) => void waits.push({ ms, end }));
  return { trails: createTrails(api, new ServerClock(() => NOW_MS), wait), asked, waits };
}

const older = anEntry({ id: 'older', at: minutesFromNow(-100) });
const newer = anEntry({ id: 'newer', at: minutesFromNow(-50) });
const latest = anEntry({ id: 'latest', at: minutesFromNow(-1) });

describe('what the audit has of a connection’s day', () => {
  it('is read page by page, and later only what is new of it', async () => {
    const { trails, asked } = trailsOver([
      { entries: [newer], nextCursor: 'next' },
      { entries: [older] },
      { entries: [latest, newer] },
    ]);
    await trails.read('crm');
    await trails.read('crm');
    expect(trails.of('crm').get()).toEqual({ entries: [latest, newer, older], isComplete: true });
    expect(asked.map(({ from, cursor }) => [from, cursor])).toEqual([
      [minutesFromNow(-25 * 60), undefined],
      [minutesFromNow(-25 * 60), 'next'],
      [newer.at, undefined],
    ]);
  });

  it('says so when it is too much to be read whole', async () => {
    const { trails, asked } = trailsOver(Array(9).fill({ entries: [newer], nextCursor: 'more' }));
    await trails.read('crm');
    expect(trails.of('crm').get()?.isComplete).toBe(false);
    expect(asked).toHaveLength(5);
  });

  it('stays as it is when it cannot be read', async () => {
    const { trails } = trailsOver([{ entries: [newer] }, null]);
    await trails.read('crm');
    await trails.read('crm');
    expect(trails.of('crm').get()?.entries).toEqual([newer]);
  });

  it('is read again after a while when it could not be read, and not once nobody follows it', async () => {
    const { trails, asked, waits } = trailsOver([null, { entries: [newer] }]);
    trails.follow('crm');
    await vi.waitFor(() => expect(waits).toHaveLength(1));
    expect(trails.of('crm').get()).toBeNull();
    waits[0]?.end();
    await vi.waitFor(() => expect(trails.of('crm').get()?.entries).toEqual([newer]));

    const end = trails.follow('books');
    await vi.waitFor(() => expect(waits).toHaveLength(2));
    end();
    waits[1]?.end();
    await trails.read('crm');
    expect(asked.map(({ connection }) => connection)).toEqual(['crm', 'crm', 'books', 'crm']);
  });

  it('is read again while a consent’s outcome is yet to come', async () => {
    const begun = anEntry({ id: 'begun', sequence: 20, operation: 'consent', outcome: 'attempted' });
    const failed = anEntry({ id: 'failed', sequence: 21, operation: 'consent', outcome: 'failed' });
    const { trails, asked, waits } = trailsOver([{ entries: [begun] }, { entries: [failed, begun] }]);
    trails.follow('crm');
    await vi.waitFor(() => expect(waits).toHaveLength(1));
    waits[0]?.end();
    await vi.waitFor(() => expect(trails.of('crm').get()?.entries[0]).toEqual(failed));
    await trails.read('crm');
    expect([asked.length, waits.length]).toEqual([3, 1]);
  });

  it('is read once, however many ask while it waits for its turn', async () => {
    const { trails, asked } = trailsOver([{}, {}, {}]);
    await Promise.all([trails.read('crm'), trails.read('books'), trails.read('books')]);
    expect(asked.map(({ connection }) => connection)).toEqual(['crm', 'books']);
  });
});
