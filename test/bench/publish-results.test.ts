import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fillDocument } from '../../bench/publish-results.ts';
import { type Result, readResults } from '../../bench/results.ts';

const RESULT: Result = {
  title: 'Reads',
  at: '2026-11-25T07:00:00.000Z',
  machine: { processor: 'One', cores: 2, memoryGiB: 24, node: '24.0.0', versions: {} },
  tables: [{ title: 'A table', columns: ['a'], rows: [[1]], notes: [] }],
  figures: {},
};
const PLACE = '<!-- bench:reads -->\nold\n<!-- /bench -->';

it('puts a section’s tables in its place, and leaves what was never measured', () => {
  const document = `before\n${PLACE}\n<!-- bench:year -->\nkept\n<!-- /bench -->\nafter`;
  const filled = fillDocument(document, { reads: RESULT });
  expect(filled).toContain('Measured 2026-11-25 on 2 cores of One, 24 GiB, Node 24.0.0.');
  expect(filled).toContain('**A table**');
  expect(filled).not.toContain('old');
  expect(filled).toContain('<!-- bench:year -->\nkept\n<!-- /bench -->');
  expect(fillDocument(filled, { reads: RESULT })).toBe(filled);
});

it('docs/performance.md has the very figures of bench/results.json', () => {
  const document = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
  const results = readResults();
  expect(fillDocument(document, results)).toBe(document);
  for (const name of Object.keys(results)) expect(document).toContain(`<!-- bench:${name} -->`);
});
