/** Holds the guide for consumers to the code: every error and every field. (Its examples: test/tools/build.test.ts.) */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aDocument } from './support.ts';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const guide = read('docs/consuming.md');

/** The codes that the sources name, and those that the guide's tables explain. */
function codesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, code = '']) => code))].sort();
}

describe('docs/consuming.md', () => {
  it('explains every error code that there is, and no other', () => {
    const sources = read('lib/client/errors.ts') + read('lib/zoho-sdk/errors.ts');
    const defined = codesIn(sources, /'([A-Z]+(?:_[A-Z]+)+)'/g);
    expect(defined).toHaveLength(17);
    expect(codesIn(guide, /^\| `([A-Z]+(?:_[A-Z]+)+)` \|/gm)).toEqual(defined);
  });

  it('describes the document’s fields', () => {
    const fields = codesIn(guide.slice(guide.indexOf('## Other languages')), /^\| `([A-Za-z]+)` \|/gm);
    expect(fields).toEqual(Object.keys(aDocument()).sort());
  });
});
