import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertBundleSizes,
  BUNDLE_LIMIT_BYTES,
  type BuiltBundle,
  BundleTooLargeError,
  bundleFunctions,
} from '../../../infra/cloud/bundle.ts';
import { FUNCTION_NAMES } from '../../../infra/cloud/function-code.ts';

let directory: string;
let bundles: readonly BuiltBundle[];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  bundles = bundleFunctions(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function codeOf({ directory: folder }: BuiltBundle): string {
  return readFileSync(join(folder, 'index.mjs'), 'utf8');
}

describe('the bundles', () => {
  it('are one per function, each below the limit', () => {
    expect(bundles.map(({ name }) => name)).toEqual(FUNCTION_NAMES);
    for (const bundle of bundles) {
      expect(bundle.bytes).toBe(Buffer.byteLength(codeOf(bundle)));
      expect(bundle.bytes).toBeLessThan(BUNDLE_LIMIT_BYTES);
    }
    // One page and three settings.
    expect(bundles.find(({ name }) => name === 'console')?.bytes).toBeLessThan(25_000);
  });

  it('import nothing that a cold start would wait for in vain', () => {
    for (const bundle of bundles) {
      // With it comes all of Node's own fetch and HTTP/2; who needs it for a moment asks for it then.
      expect(codeOf(bundle), bundle.name).not.toMatch(/\bfrom\s*"(node:)?http"/);
      expect(bundle.parts.map(({ name }) => name)).not.toContain('undici');
      // The smaller half of zod; only what makes the OpenAPI document needs the whole.
      const zod = bundle.parts.find(({ name }) => name === 'zod')?.bytes;
      expect(zod, bundle.name).toBeLessThan(bundle.name === 'admin-api' ? 100_000 : 60_000);
    }
  });

  it('are the same for the same sources, so that nothing is deployed that has not changed', () => {
    const again = mkdtempSync(join(tmpdir(), 'bundle-again-'));
    try {
      expect(bundleFunctions(again).map(codeOf)).toEqual(bundles.map(codeOf));
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  it('say what they are made of, by package, also where a package was changed first', () => {
    for (const { name, bytes, parts } of bundles) {
      const sizes = parts.map((part) => part.bytes);
      expect(sizes, name).toEqual(sizes.toSorted((a, b) => b - a));
      // All but the banner and what joins the files.
      const rest = bytes - sizes.reduce((sum, size) => sum + size, 0);
      expect(rest, name).toBeGreaterThanOrEqual(0);
      expect(rest, name).toBeLessThan(bytes / 100);
    }
    const refresh = bundles.find(({ name }) => name === 'refresh');
    const names = refresh?.parts.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['lib', 'functions', 'zod', '@aws-sdk/client-s3']));
    expect(names?.filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('are refused at the limit, by name and with what makes them large', () => {
    const [bundle] = bundles as [BuiltBundle];
    const tooLarge = { ...bundle, name: 'sweep' as const, bytes: BUNDLE_LIMIT_BYTES };
    expect(() => assertBundleSizes(bundles)).not.toThrow();
    expect(() => assertBundleSizes([bundle, tooLarge])).toThrow(BundleTooLargeError);
    expect(() => assertBundleSizes([bundle, tooLarge])).toThrow(
      /function sweep has 700,000 bytes.*largest parts: \S+ \([\d,]+ bytes\)/,
    );
  });
});
