import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openClock } from '../../../infra/local/clock-store.ts';
import { DataFolder, DataFolderError } from '../../../infra/local/data-folder.ts';
import { closeServer, listen, TakenPortError } from '../../../infra/local/http-server.ts';

let parent: string;
let folder: string;
const servers: Server[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'data-'));
  folder = join(parent, '.local');
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(closeServer));
  rmSync(parent, { recursive: true, force: true });
});

function start(port: number): Promise<string> {
  const server = createServer();
  servers.push(server);
  return listen(server, port);
}

function startStable(data: DataFolder): Promise<string> {
  return data.ports.start('zoho', start, (origin) => origin);
}

describe('the data folder', () => {
  it('keeps what is in it, unless the start is fresh', () => {
    DataFolder.open(folder, { fresh: false });
    writeFileSync(join(folder, 'kept'), '');
    DataFolder.open(folder, { fresh: false });
    expect(existsSync(join(folder, 'kept'))).toBe(true);
    DataFolder.open(folder, { fresh: true });
    expect(existsSync(join(folder, 'kept'))).toBe(false);
  });

  it('names the folder that it cannot make', () => {
    writeFileSync(folder, 'a file');
    expect(() => DataFolder.open(folder, { fresh: false })).toThrow(DataFolderError);
    expect(() => DataFolder.open(folder, { fresh: false })).toThrow(folder);
  });
});

describe('a stable port', () => {
  it('is the same after a restart', async () => {
    const origin = await startStable(DataFolder.open(folder, { fresh: false }));
    await Promise.all(servers.splice(0).map(closeServer));
    expect(await startStable(DataFolder.open(folder, { fresh: false }))).toBe(origin);
  });

  it('is not replaced by another when somebody has taken it', async () => {
    await startStable(DataFolder.open(folder, { fresh: false }));
    await expect(startStable(DataFolder.open(folder, { fresh: false }))).rejects.toThrow(TakenPortError);
  });
});

describe('the clock’s time', () => {
  it('goes on after a restart from where a faster run stopped', () => {
    const first = openClock(DataFolder.open(folder, { fresh: false }), 60);
    first.clock.advance(86_400_000);
    first.close();
    const stoppedMs = first.clock.nowMs();
    const second = openClock(DataFolder.open(folder, { fresh: false }), 1);
    expect(second.clock.nowMs()).toBeGreaterThan(stoppedMs - 60_000);
    second.close();
  });

  it('is saved while it runs, so that a crash costs seconds only', () => {
    vi.useFakeTimers();
    try {
      const crashed = openClock(DataFolder.open(folder, { fresh: false }), 60);
      vi.advanceTimersByTime(60_000);
      const next = openClock(DataFolder.open(folder, { fresh: false }), 1);
      expect(next.clock.nowMs()).toBeGreaterThanOrEqual(crashed.clock.nowMs() - 60 * 3_000);
    } finally {
      vi.useRealTimers();
    }
  });
});
