import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../infra/cloud/bundle-page.ts';
import { consolePage } from '../../lib/http/console-page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SETTINGS = {
  issuer: 'https://issuer.example',
  signInOrigin: 'https://sign-in.example',
  clientId: 'console',
};
/** What a phone loads in a second where the network is bad (1.6 Mbit/s, less two round trips). */
const MOST_BYTES = 60_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'console-'));
  bundlePage(ROOT, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the console’s page', () => {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');

  it('is small enough for a phone at night', () => {
    const { html } = consolePage({ script: read('page.js'), style: read('page.css') }, SETTINGS);
    expect(gzipSync(html).length).toBeLessThan(MOST_BYTES);
  });

  it('brings nothing of the server’s along', () => {
    expect(read('page.js')).not.toMatch(/ZodError|aws-sdk|SecretsManager[A-Z]/);
  });
});
