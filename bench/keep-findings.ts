import { describeMachine } from './machine.ts';
import { renderTable } from './render-table.ts';
import { saveResult } from './results.ts';
import type { Findings } from './section.ts';

/** Prints what was found, and keeps it in `bench/results.json` with the time and the machine. */
export function keepFindings(name: string, title: string, { tables, figures }: Findings): void {
  saveResult(name, { title, at: new Date().toISOString(), machine: describeMachine(), tables, figures });
  process.stdout.write(`\n# ${title}\n\n${tables.map(renderTable).join('\n\n')}\n`);
}
