/** `npm run bench`: measures, prints what it found, and keeps it in `bench/results.json`. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keepFindings } from './keep-findings.ts';
import { publishResults } from './publish-results.ts';
import type { SectionMessage } from './run-section.ts';
import { isSectionName, SECTION_NAMES, type SectionName, USUAL_SECTIONS } from './sections.ts';

const RUNNER = fileURLToPath(new URL('run-section.ts', import.meta.url));
const HELP = `npm run bench [-- SECTION...]

Measures, prints tables, and keeps the figures in bench/results.json, out of which it writes the tables of
docs/performance.md. Sections: ${SECTION_NAMES.join(', ')};
without any, in turn: ${USUAL_SECTIONS.join(', ')}.
`;

const names = process.argv.slice(2);
const unknown = names.find((name) => !isSectionName(name));
if (names.includes('--help')) {
  process.stdout.write(HELP);
} else if (unknown !== undefined) {
  process.stderr.write(`There is no section "${unknown}". There are: ${SECTION_NAMES.join(', ')}.\n`);
  process.exitCode = 2;
} else {
  await benchAll(names.length > 0 ? names.filter(isSectionName) : USUAL_SECTIONS);
}

/** One after the other: side by side they would measure each other. */
async function benchAll(sections: readonly SectionName[]): Promise<void> {
  for (const name of sections) {
    const found = await runAside(name);
    if (found === null) {
      // What is left of it from an earlier run stays, with its date.
      process.stderr.write(`${name}: not measured, for the reason above\n`);
      process.exitCode = 1;
      continue;
    }
    keepFindings(name, found.title, found.findings);
  }
  await publishResults();
}

type Found = Extract<SectionMessage, { kind: 'found' }>;

/** @returns null when it ended without a result; its own error is on the screen then */
function runAside(name: SectionName): Promise<Found | null> {
  return new Promise((resolve) => {
    let found: Found | null = null;
    fork(RUNNER, [name])
      .on('message', (message: SectionMessage) => {
        if (message.kind === 'found') found = message;
        else process.stderr.write(`${name}: ${message.line}\n`);
      })
      .on('exit', (code) => resolve(code === 0 ? found : null));
  });
}
