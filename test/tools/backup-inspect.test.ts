import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealBackup } from '../../lib/vault/backup-envelope.ts';
import { runBackupInspect } from '../../tools/backup-inspect/run.ts';
import { aCredential } from '../support/builders.ts';
import { type Keeper, startKeeper } from '../support/keeper.ts';

let keeper: Keeper;
let folder: string;
let backup: string;
beforeAll(async () => {
  keeper = await startKeeper();
  folder = mkdtempSync(join(tmpdir(), 'backup-inspect-'));
  const client = { schemaVersion: 1, client: 'main', clientId: '1000.ID', clientSecret: 'secret' } as const;
  const content = { schemaVersion: 1, credential: aCredential({ generation: 7 }), client } as const;
  const { text } = await sealBackup(keeper.kms, keeper.backups.keyId, content, Date.UTC(2026, 10, 24));
  backup = text;
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await keeper.close();
});

async function inspect(...args: string[]) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { code: await runBackupInspect(args, { out: write, err: write }), text: lines.join('\n') };
}

function inspectText(content: string) {
  const path = join(folder, 'backup.json');
  writeFileSync(path, content);
  return inspect(path);
}

describe('npm run backup:inspect', () => {
  it('shows whose backup a file is, without its content', async () => {
    expect(await inspectText(backup)).toEqual({
      code: 0,
      text: [
        'format      zoho-token-recovery/backup, version 1',
        'connection  crm',
        'generation  7',
        'stored at   2026-11-24T00:00:00.000Z',
        'purpose     credential-backup',
        'algorithm   AES-256-GCM',
        `key         ${keeper.backups.keyId}`,
      ].join('\n'),
    });
  });

  it.each([
    ['cut off', () => backup.slice(0, 200), /is not a JSON object: it is cut off/],
    ['empty', () => '', /is empty/],
    [
      'of a future format',
      () => backup.replace('"formatVersion":1', '"formatVersion":2'),
      /format version 2/,
    ],
    ['something else', () => '{}', /has missing or wrong fields/],
  ])('says that a file is %s, and ends with 1', async (_, content, text) => {
    expect(await inspectText(content())).toEqual({ code: 1, text: expect.stringMatching(text) });
  });

  it('says how it is used, and ends with 2 when there is nothing to look at', async () => {
    expect(await inspect('--help')).toMatchObject({ code: 0, text: expect.stringContaining('Usage') });
    expect(await inspect()).toMatchObject({ code: 2 });
    expect(await inspect('a', 'b')).toMatchObject({ code: 2 });
    expect(await inspect(join(folder, 'nothing'))).toMatchObject({
      code: 2,
      text: expect.stringContaining('no such file'),
    });
  });
});
