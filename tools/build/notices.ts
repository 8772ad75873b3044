import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
      optional: z.boolean().default(false),
    }),
  ),
});

/** Files in which packages tell what their licence asks to be passed on. */
const LICENCE_FILE = /^(licen[cs]e|notice|copying)/i;
const RULE = '-'.repeat(72);

/** A package that the bundles may hold a part of. */
export interface ThirdParty {
  /** Its name and version. */
  readonly id: string;
  /** As SPDX has it. */
  readonly licence: string;
  /** What it has to say of it; empty where it names its licence only. */
  readonly text: string;
}

/**
 * Every package that the keeper runs on, and so may be bundled into what is published.
 *
 * @param root the project's folder, with its packages installed
 */
export function thirdParties(root: string): ThirdParty[] {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path, { version = '', license = 'unknown' }]) => ({
      id: `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`,
      licence: license,
      text: licenceTextIn(join(root, path)),
    }));
}

/** The notices of all of them, each text once, as their licences ask of whoever passes them on. */
export function composeNotices(parties: readonly ThirdParty[]): string {
  const byText = Map.groupBy(parties, ({ licence, text }) => `${licence}\n\n${text}`.trimEnd());
  const sections = [...byText].map(([text, holders]) => {
    const ids = [...new Set(holders.map(({ id }) => id))].sort();
    return `${ids.join('\n')}\n\n${text}\n`;
  });
  return `This package holds parts of the packages below, under their licences.\n\n${sections.join(`\n${RULE}\n\n`)}`;
}

function licenceTextIn(directory: string): string {
  return readdirSync(directory)
    .filter((name) => LICENCE_FILE.test(name))
    .sort()
    .map((name) => readFileSync(join(directory, name), 'utf8').trim())
    .join('\n\n');
}
