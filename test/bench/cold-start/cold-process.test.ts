import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startCold } from '../../../bench/cold-start/cold-process.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cold-process-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const NOW_MS = Date.UTC(2030, 0, 1);

function start(source: string) {
  writeFileSync(join(directory, 'index.mjs'), source);
  const environment = { WHERE: 'there' };
  return startCold({ directory, environment, timeoutMs: 900_000, event: { asked: 'that' }, nowMs: NOW_MS });
}

it('invokes a handler once, with its event, its environment and its time', async () => {
  const { answer, loadMs, invocationMs } = await start(`
    console.log('loaded');
    export async function handler(event, context) {
      console.log('invoked');
      const { WHERE, HOME = null } = process.env;
      const isNow = Math.abs(Date.now() - ${NOW_MS}) < 600_000 && Math.abs(new Date() - ${NOW_MS}) < 600_000;
      const hasTime = context.getRemainingTimeInMillis() > 300_000;
      return { event, WHERE, HOME, isNow, hasTime, epoch: new Date(0).toISOString() };
    }`);
  expect(answer).toEqual({
    event: { asked: 'that' },
    WHERE: 'there',
    HOME: null,
    isNow: true,
    hasTime: true,
    epoch: '1970-01-01T00:00:00.000Z',
  });
  expect(loadMs).toBeGreaterThan(0);
  expect(invocationMs).toBeGreaterThan(0);
});

it('fails with what the module or the handler throws', async () => {
  await expect(start("throw new Error('not loaded')")).rejects.toThrow(/not loaded/);
  await expect(
    start("export const handler = async () => { throw new Error('not invoked'); }"),
  ).rejects.toThrow(/not invoked/);
});
