import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { collectGarbage } from '../../../bench/growth/collect-garbage.ts';

const NUMBERS = 1_000_000;
/** Keeps one array of 8 MB, and drops another. */
const SOURCE = `
  const { parentPort } = require('node:worker_threads');
  const made = () => Array.from({ length: ${NUMBERS} }, (_, index) => index + 0.5);
  globalThis.kept = made();
  globalThis.dropped = made();
  globalThis.dropped = null;
  parentPort.on('message', () => {});
  parentPort.postMessage('ready');
`;

it('leaves of a thread’s heap what is in use', async () => {
  // The inspector and Node count threads apart: after one that has ended, their numbers differ.
  await once(new Worker('', { eval: true }), 'exit');
  const worker = new Worker(SOURCE, { eval: true });
  try {
    await once(worker, 'message');
    const before = (await worker.getHeapStatistics()).used_heap_size;
    await collectGarbage(worker);
    const after = (await worker.getHeapStatistics()).used_heap_size;
    expect(before - after).toBeGreaterThan(NUMBERS * 7);
    expect(after).toBeGreaterThan(NUMBERS * 7);
  } finally {
    await worker.terminate();
  }
});
