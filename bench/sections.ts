import type { Section } from './section.ts';

/** What `npm run bench` measures, in its order. */
export const SECTION_NAMES = ['reads', 'cold-start', 'console', 'calls', 'load'] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

export function isSectionName(name: string): name is SectionName {
  return (SECTION_NAMES as readonly string[]).includes(name);
}

/** Loads a section, and nothing of the others: what they import would weigh on what it measures. */
export async function loadSection(name: SectionName): Promise<Section> {
  const { section } = (await import(`./${name}/section.ts`)) as { section: Section };
  return section;
}
