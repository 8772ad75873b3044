import { describe, expect, it } from 'vitest';
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
  return { trails: createTrails(api, new ServerClock(() => NOW_MS)), asked };
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

  it('is read once, however many ask while it waits for its turn', async () => {
    const { trails, asked } = trailsOver([{}, {}, {}]);
    await Promise.all([trails.read('crm'), trails.read('books'), trails.read('books')]);
    expect(asked.map(({ connection }) => connection)).toEqual(['crm', 'books']);
  });
});
