import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startZohoSimulator } from '../../../../infra/local/zoho/simulator.ts';
import { actions, startZoho } from './support.ts';

function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zoho-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'zoho.json');
}

it('remembers users, clients, tokens and the mint window over a restart', async () => {
  const path = temporaryPath();
  const before = await startZoho({ path, settings: { mintsPerWindow: 2 } });
  const { refreshToken, accessToken } = await before.authorize();
  await before.mint(refreshToken);
  await before.zoho.close();

  const nowMs = () => before.clock.nowMs;
  const zoho = await startZohoSimulator({ nowMs, path, settings: { mintsPerWindow: 2 } });
  onTestFinished(() => zoho.close());
  const after = actions(zoho, before.client);
  expect((await after.probe(accessToken)).status).toBe(200);
  expect((await after.mint(refreshToken)).body).toHaveProperty('access_token');
  expect((await after.mint(refreshToken)).body).toHaveProperty('status', 'failure');
});

it('keeps its file small: expired access tokens and codes are not kept', async () => {
  const path = temporaryPath();
  const { authorize, consent, mint, clock } = await startZoho({ path });
  const { refreshToken } = await authorize();
  const { accessToken } = await authorize();
  const { code } = consent();
  expect(readFileSync(path, 'utf8')).toContain(accessToken);
  clock.nowMs += 3_600_000;
  await mint(refreshToken);
  const kept = readFileSync(path, 'utf8');
  expect(kept).toContain(refreshToken);
  expect(kept).not.toContain(accessToken);
  expect(kept).not.toContain(code);
});

it('does not start on a file that it cannot read, and leaves it alone', async () => {
  const path = temporaryPath();
  writeFileSync(path, '{"users":3}');
  await expect(startZohoSimulator({ nowMs: Date.now, path })).rejects.toThrow(path);
  expect(readFileSync(path, 'utf8')).toBe('{"users":3}');
});

it('does not start on a port that is taken', async () => {
  const { zoho } = await startZoho();
  const port = Number(new URL(zoho.origin).port);
  await expect(startZohoSimulator({ nowMs: Date.now, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
