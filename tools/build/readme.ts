import type { Entry } from './entries.ts';
import type { ProjectManifest } from './manifest.ts';

/** The package's README: what there is in it, and then the guide of those who use most of it. */
export function composeReadme(
  { name }: Pick<ProjectManifest, 'name'>,
  entries: readonly Entry[],
  guide: string,
): string {
  const list = entries.map((entry) => `- \`${name}/${entry.name}\` ${entry.purpose}`).join('\n');
  return `# ${name}\n\n${list}\n\n${guide}`;
}
