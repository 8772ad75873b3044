import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { disasters, observe } from './disasters.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

/** The last table of docs/recovery.md: what is lost, and how it ends. */
function expectedEndings(): Map<string, string> {
  const text = readFileSync(new URL('../../docs/recovery.md', import.meta.url), 'utf8');
  const [, table = ''] = text.split('| lost | recovers |');
  const rows = table.matchAll(/^\| ([^|-]+) \| ([^|]+) \|$/gm);
  return new Map([...rows].map(([, lost = '', ending = '']) => [lost, ending]));
}

describe('P6: every combination of up to three lost things', () => {
  it('stands in docs/recovery.md', () => {
    expect([...expectedEndings().keys()]).toEqual(disasters().map((things) => things.join(', ')));
  });

  it('ends as docs/recovery.md says', { timeout: 120_000 }, async () => {
    const observed = new Map<string, string>();
    for (const things of disasters()) observed.set(things.join(', '), await observe(things));
    expect(Object.fromEntries(observed)).toEqual(Object.fromEntries(expectedEndings()));
  });
});
