import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawPlots } from './plots/plots.ts';
import { renderTable } from './render-table.ts';
import { type Result, type Results, readResults } from './results.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const IMAGES = new URL('../docs/images/', import.meta.url);

/** Where a section's tables stand in the document. */
const PLACES = /(<!-- bench:(?<name>[a-z-]+) -->\n).*?(<!-- \/bench -->)/gs;

/** Puts the latest tables into docs/performance.md, and its plots beside it, out of `bench/results.json`. */
export async function publishResults(): Promise<void> {
  const results = readResults();
  writeFileSync(DOCUMENT, fillDocument(readFileSync(DOCUMENT, 'utf8'), results));
  for (const [name, svg] of await drawPlots(results)) writeFileSync(new URL(`${name}.svg`, IMAGES), svg);
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
