/** A process of its own for one section: its memory and its compiled code are nobody else's. */
import type { Findings } from './section.ts';
import { isSectionName, loadSection } from './sections.ts';

/** What the process tells the one that started it. */
export type SectionMessage =
  | { readonly kind: 'progress'; readonly line: string }
  | { readonly kind: 'found'; readonly title: string; readonly findings: Findings };

const name = process.argv[2] ?? '';
if (!isSectionName(name)) throw new Error(`There is no section ${name}`);
const { title, run } = await loadSection(name);
const findings = await run((line) => tell({ kind: 'progress', line }));
// What it was compared with may have left timers and requests behind, which nobody waits for.
process.send?.({ kind: 'found', title, findings } satisfies SectionMessage, () => process.exit(0));

function tell(message: SectionMessage): void {
  process.send?.(message);
}
