import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Findings, Progress, Section } from '../section.ts';
import { describeColdStarts } from './describe.ts';
import { measureColdStarts } from './measure.ts';

const ROUNDS = 15;

/** How long each function takes to load and to be invoked first, against handlers that do as little as there is. */
export const section: Section = { title: 'Cold start', run };

async function run(progress: Progress): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
  try {
    return describeColdStarts(await measureColdStarts(folder, ROUNDS, progress));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
