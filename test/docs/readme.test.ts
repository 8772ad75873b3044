import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderShellVariables } from '../../infra/local/console.ts';
import { startTwin, type Twin } from '../../infra/local/twin.ts';
import { readConfiguration } from '../../lib/config/configuration.ts';

const ROOT = new URL('../../', import.meta.url);

const PATIENCE = { timeout: 20_000, interval: 200 };

let twin: Twin;
beforeAll(async () => {
  const path = new URL('infra/connections.json', ROOT).pathname;
  twin = await startTwin({ configuration: readConfiguration(path) });
  twin.startSchedules();
  // As a reader finds it: the sample connections are refreshed, and so backed up, at once.
  await vi.waitUntil(async () => {
    const headers = { authorization: `Bearer ${twin.adminToken}` };
    const answer = await fetch(`${twin.api}/api/zoho/status`, { headers });
    const { connections } = (await answer.json()) as { connections: { backups: unknown }[] };
    return connections.every(({ backups }) => backups !== null);
  }, PATIENCE);
});
afterAll(() => twin.close());

/** The shell's blocks in one section of the README. */
function blocksOf(section: string): string[] {
  const readme = readFileSync(new URL('README.md', ROOT), 'utf8');
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
}

/** Runs a block as a person pastes it; but that an answer of 4xx or 5xx makes it fail. */
function paste(block: string): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const strict = 'set -e\ncurl() { command curl -sS --fail-with-body "$@"; }\n';
  const script = `${strict}${renderShellVariables(twin)}${block}`;
  return new Promise((resolve) => {
    execFile('sh', ['-c', script], (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const blocks = blocksOf('For admins');

describe('the README', () => {
  it('shows every route of the admin API', () => {
    const shown = new Set(blocks.join('').match(/(?<=\/api\/zoho\/)[\w./-]+/g));
    expect(shown).toEqual(
      new Set([
        'emergency-reauth',
        'manual-token-update',
        'refresh',
        'backups',
        'restore',
        'health-check',
        'status',
        'incidents',
        'audit',
        'audit/verification',
        'openapi.json',
      ]),
    );
  });

  it.each(blocks.map((block) => ({ block, route: /\/api\/zoho\/[\w.-]+/.exec(block)?.[0] })))(
    'has lines that work as pasted, from $route on',
    async ({ block }) => {
      const { status, stdout, stderr } = await paste(block);
      expect([status, stderr], stdout).toEqual([0, '']);
      expect(stdout).toMatch(/^\{/);
    },
  );
});
