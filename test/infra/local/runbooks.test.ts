import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runbooks, startRunbooks } from '../../../infra/local/runbooks.ts';

let folder: string;
let directory: string;
let runbooks: Runbooks;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runbooks-'));
  directory = join(folder, 'runbooks');
  mkdirSync(join(directory, 'folder'), { recursive: true });
  mkdirSync(join(directory, 'folder.md'));
  writeFileSync(join(folder, 'outside.md'), 'outside');
  writeFileSync(join(directory, 'folder', 'inner.md'), 'inner');
  writeFileSync(join(directory, 'key-lost.md'), '# Key <lost> & "found"\n\n`run` this');
  writeFileSync(join(directory, 'notes.txt'), 'notes');
  writeFileSync(join(directory, '.hidden.md'), 'hidden');
  runbooks = await startRunbooks({ directory });
});
afterAll(async () => {
  await runbooks.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As it stands: `fetch` would tidy the path up first. */
function get(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(runbooks.origin);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}

describe('the runbooks', () => {
  it('are listed', async () => {
    const page = await (await fetch(runbooks.origin)).text();
    expect([...page.matchAll(/href="([^"]+)"/g)].map(([, href]) => href)).toEqual(['/key-lost.md']);
  });

  it('are shown each as it stands, on a phone and in the dark as well', async () => {
    const response = await fetch(`${runbooks.origin}/key-lost.md?from=mail`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain(
      '<pre style="white-space:pre-wrap"># Key &lt;lost&gt; &amp; &quot;found&quot;\n\n`run` this</pre>',
    );
    expect(page).toContain('name="viewport"');
    expect(page).toContain('color-scheme:light dark');
  });

  it('are shown as they are by now', async () => {
    const path = join(directory, 'new.md');
    writeFileSync(path, 'new');
    expect(await (await fetch(`${runbooks.origin}/new.md`)).text()).toContain('>new</pre>');
    rmSync(path);
    expect((await fetch(`${runbooks.origin}/new.md`)).status).toBe(404);
  });

  it.each([
    '/none.md',
    '/key-lost',
    '/KEY-LOST.md',
    '/notes.txt',
    '/.hidden.md',
    '/folder',
    '/folder.md',
    '/folder/inner.md',
    '/../outside.md',
    '/%2e%2e/outside.md',
    '/..%2foutside.md',
    '/folder/../key-lost.md',
    '//key-lost.md',
    '/key-lost.md%00',
  ])('are nothing else: %s', async (path) => {
    expect(await get(path)).toBe(404);
  });

  it('are the project’s', async () => {
    const project = await startRunbooks();
    const page = await (await fetch(project.origin)).text();
    const names = readdirSync(new URL('../../../docs/runbooks', import.meta.url));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(page).toContain(`href="/${name}"`);
      expect((await fetch(`${project.origin}/${name}`)).status).toBe(200);
    }
    await project.close();
  });
});
