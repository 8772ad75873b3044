import type { Section } from './section.ts';

/** What `npm run bench` measures, in its order. */
export const SECTION_NAMES = ['reads', 'cold-start', 'console', 'calls', 'load', 'growth'] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** Those that take more than half an hour each, and so are measured when they are asked for only. */
const LONG: ReadonlySet<SectionName> = new Set(['growth']);
/** What is measured when nothing is asked for. */
export const USUAL_SECTIONS = SECTION_NAMES.filter((name) => !LONG.has(name));

export function isSectionName(name: string): name is SectionName {
  return (SECTION_NAMES as readonly string[]).includes(name);
}

/** Loads a section, and nothing of the others: what they import would weigh on what it measures. */
export async function loadSection(name: SectionName): Promise<Section> {
  const { section } = (await import(`./${name}/section.ts`)) as { section: Section };
  return section;
}
