import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALARM_RUNBOOKS } from '../../infra/cloud/alarms/runbooks.ts';
import { RUNBOOK_OF, RUNBOOKS } from '../../lib/alerts/runbooks.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const FOLDER = 'docs/runbooks';

const runbooks = readdirSync(join(ROOT, FOLDER)).map((file) => basename(file, '.md'));
const documents = [...globSync('docs/**/*.md', { cwd: ROOT }), 'README.md'];

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Where a document leads to within the project, as paths from its root. */
function linksOf(document: string): string[] {
  const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links
    .filter((target) => !/^(https?:|#)/.test(target))
    .map((target) => join(dirname(document), target.replace(/#.*$/, '')));
}

/** The shell's blocks in a runbook, without the indentation of the list that they stand in. */
function blocksOf(name: string): string[] {
  const blocks = [...read(`${FOLDER}/${name}.md`).matchAll(/^( *)```sh\n(.*?)^ *```/gms)];
  return blocks.map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** Commands as they are pasted: a line that ends in a backslash goes on. */
function commandsOf(name: string): string[] {
  return blocksOf(name).flatMap((block) => block.trimEnd().split(/(?<!\\)\n/));
}

/** How a command ends that a shell finds fault with. */
function checkSyntax(script: string): string {
  try {
    execFileSync('sh', ['-n', '-c', script], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return `${script}: ${(error as { stderr: Buffer }).stderr}`;
  }
}

async function routes(): Promise<Set<string>> {
  const files = globSync('lib/http/contracts/*.ts', { cwd: ROOT });
  const modules = await Promise.all(
    files.map((file) => import(join(ROOT, file)) as Promise<Record<string, unknown>>),
  );
  const paths = modules.flatMap((module) =>
    Object.values(module).flatMap((value) =>
      typeof value === 'object' && value !== null && 'path' in value ? [String(value.path)] : [],
    ),
  );
  return new Set(paths);
}

describe('the runbooks', () => {
  it('are there for every message and every alarm', () => {
    expect(runbooks).toEqual(expect.arrayContaining([...Object.values(RUNBOOK_OF), ...ALARM_RUNBOOKS]));
    expect(new Set(Object.values(RUNBOOK_OF))).toEqual(new Set(RUNBOOKS));
  });

  it('are all led to by an alert, an alarm or another document', () => {
    const linked = documents.flatMap((document) => linksOf(document).filter((target) => target !== document));
    const led = new Set([...RUNBOOKS, ...ALARM_RUNBOOKS, ...linked.map((path) => basename(path, '.md'))]);
    expect(runbooks.filter((name) => !led.has(name))).toEqual([]);
  });

  it.each(runbooks)('say what it shows as and means, what to check and to do: %s', (name) => {
    const parts = read(`${FOLDER}/${name}.md`).match(/^\*\*(It shows|It means|Check|Do)\*\*/gm);
    expect(parts).toEqual(['**It shows**', '**It means**', '**Check**', '**Do**']);
  });

  it.each(runbooks)('have lines that a shell takes, whole and with balanced quotes: %s', (name) => {
    const faults = [...blocksOf(name), ...commandsOf(name)].map(checkSyntax).filter(Boolean);
    expect(faults).toEqual([]);
    // A placeholder such as <Name> redirects, when it is pasted.
    expect(commandsOf(name).filter((command) => /<|>/.test(command))).toEqual([]);
  });

  it.each(runbooks)(
    'call the API at its own address, as an admin, on routes that exist: %s',
    async (name) => {
      const known = await routes();
      for (const command of commandsOf(name).filter((line) => line.startsWith('curl '))) {
        expect(command).toContain('-H "Authorization: Bearer $ADMIN_TOKEN"');
        const route = /"\$API_URL(\/api\/zoho\/[\w.-]+)/.exec(command)?.[1];
        expect(known, command).toContain(route);
      }
    },
  );
});

/** A heading as GitHub names it in an address. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(' ', '-');
}

/** The links of a document into a file, as the file and a heading in it. */
function anchorsOf(document: string): { file: string; anchor: string }[] {
  const anchors = [...read(document).matchAll(/\]\(([^)\s:]*)#([^)\s]+)\)/g)];
  return anchors.map(([, target = '', anchor = '']) => ({
    file: target === '' ? document : join(dirname(document), target),
    anchor,
  }));
}

function headingsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

describe('the documentation', () => {
  it.each(documents)('links to files that exist: %s', (document) => {
    expect(linksOf(document).filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it.each(documents)('links to headings that exist: %s', (document) => {
    const missing = anchorsOf(document).filter(({ file, anchor }) => !headingsOf(file).includes(anchor));
    expect(missing).toEqual([]);
  });
});
