import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALERTS } from '../../support/builders.ts';

const MAIN = fileURLToPath(new URL('../../../infra/local/main.ts', import.meta.url));
const CONNECTION = {
  id: 'crm',
  client: 'main',
  dataCenter: 'us',
  scopes: ['ZohoCRM.org.READ'],
  probe: 'crm',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-'));
  writeFileSync(
    join(folder, 'connections.json'),
    JSON.stringify({ connections: [CONNECTION], alerts: ALERTS }),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status, stdout, stderr };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('npm start fails with one clear sentence and exit code 1', () => {
  it.each([
    ['an unknown flag', ['--nope'], "Unknown option '--nope'; see --help"],
    [
      'a configuration that is missing',
      ['--configuration', 'none.json'],
      "The configuration cannot be read: ENOENT: no such file or directory, open 'none.json'",
    ],
    ['no cdk.json to name a configuration', [], 'does not name a configuration in its context'],
  ])('for %s', async (_, args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([status, stdout]).toEqual([1, '']);
  });

  it('for a broken configuration, naming the field', async () => {
    const connections = [{ ...CONNECTION, dataCenter: 'mars' }];
    writeFileSync(join(folder, 'connections.json'), JSON.stringify({ connections, alerts: ALERTS }));
    const { status, stderr } = await run('--configuration', 'connections.json');
    expect(stderr).toContain('connections[0].dataCenter: expected one of us, eu');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });

  it('for a folder that cannot be written', async () => {
    writeFileSync(join(folder, '.local'), 'a file stands where the folder should');
    const port = String(await freePort());
    const { status, stderr } = await run('--configuration', 'connections.json', '--port', port);
    expect(stderr).toMatch(/^Cannot start: the folder .*\.local cannot be written/);
    expect(status).toBe(1);
  });

  it('for a taken port, saying which, and leaves the data of whoever has it alone', async () => {
    mkdirSync(join(folder, '.local'));
    writeFileSync(join(folder, '.local', 'kept'), '');
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { status, stderr } = await run(
      '--configuration',
      'connections.json',
      '--fresh',
      '--port',
      String(port),
    );
    other.close();
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is taken by another program`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
    expect(existsSync(join(folder, '.local', 'kept'))).toBe(true);
  });
});

describe('npm start', () => {
  it('keeps its hands off the data of a twin that runs, whatever port it is given', async () => {
    const running = createServer().listen(0, '127.0.0.1');
    await once(running, 'listening');
    const { port } = running.address() as AddressInfo;
    mkdirSync(join(folder, '.local'));
    writeFileSync(join(folder, '.local', 'ports.json'), JSON.stringify({ zoho: port }));
    const args = ['--configuration', 'connections.json', '--port', '0', '--fresh'];
    const { status, stderr } = await run(...args);
    running.close();
    expect(stderr).toMatch(
      new RegExp(
        `^Cannot start: the data in .* are in use: a twin answers at port ${port}\\. Stop the other`,
      ),
    );
    expect(status).toBe(1);
    expect(existsSync(join(folder, '.local', 'ports.json'))).toBe(true);
  });

  it('says of damaged data how to start over', async () => {
    mkdirSync(join(folder, '.local', 'dynamodb'), { recursive: true });
    writeFileSync(join(folder, '.local', 'dynamodb', 'CURRENT'), 'MANIFEST-000001\n');
    writeFileSync(join(folder, '.local', 'dynamodb', 'MANIFEST-000001'), 'garbage'.repeat(100));
    const { status, stderr } = await run('--configuration', 'connections.json', '--port', '0');
    expect(stderr).toMatch(/^Cannot start: .*start over with --fresh\n$/);
    expect(status).toBe(1);
  });

  it('--json says first where everything is, then what happens, and ends with Ctrl-C', async () => {
    const port = await freePort();
    const args = ['--configuration', 'connections.json', '--port', String(port), '--json'];
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    /** The next line but those of metrics, which come whenever a function has measured something. */
    const next = async () => {
      for (;;) {
        const line = JSON.parse((await lines.next()).value ?? 'null');
        if (line?.event !== 'metrics') return line;
      }
    };

    const ready = await next();
    expect(ready).toMatchObject({ event: 'ready', aws: { region: 'us-east-1' } });
    expect(ready.api).toBe(`http://127.0.0.1:${port}`);
    for (const address of [ready.api, ready.inbox, ready.zoho, ready.runbooks, ready.aws.endpoint]) {
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    }
    expect((await fetch(ready.runbooks)).status).toBe(200);
    expect(await next()).toMatchObject({
      event: 'accessTokenRefreshed',
      connection: 'crm',
      at: expect.any(String),
      expiresAt: expect.any(String),
    });
    const authorization = `Bearer ${ready.adminToken}`;
    const status = await fetch(`${ready.api}/api/zoho/status`, { headers: { authorization } });
    expect(await status.json()).toMatchObject({ connections: [{ connection: 'crm', health: 'healthy' }] });
    const variables = join(folder, '.local', 'env');
    expect(readFileSync(variables, 'utf8')).toContain(`API_URL=${ready.api}\n`);
    expect(statSync(variables).mode & 0o077, 'it holds a token').toBe(0);

    const closed = once(child, 'close');
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
  });
});
