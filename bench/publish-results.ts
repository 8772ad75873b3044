import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderTable } from './render-table.ts';
import { type Result, type Results, readResults } from './results.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

/** Where a section's tables stand in the document. */
const PLACES = /(<!-- bench:(?<name>[a-z-]+) -->\n).*?(<!-- \/bench -->)/gs;

/** Puts the latest tables into docs/performance.md, out of `bench/results.json`. */
export function publishResults(): void {
  writeFileSync(DOCUMENT, fillDocument(readFileSync(DOCUMENT, 'utf8'), readResults()));
}

/** The document with each section's latest tables between its marks. What was never measured is left as it is. */
export function fillDocument(document: string, results: Results): string {
  return document.replace(PLACES, (whole, begin: string, name: string, end: string) => {
    const result = results[name];
    return result ? `${begin}\n${renderResult(result)}\n\n${end}` : whole;
  });
}

function renderResult({ at, machine, tables }: Result): string {
  const { processor, cores, memoryGiB, node } = machine;
  const where = `Measured ${at.slice(0, 10)} on ${cores} cores of ${processor}, ${memoryGiB} GiB, Node ${node}.`;
  return [where, ...tables.map(renderTable)].join('\n\n');
}
