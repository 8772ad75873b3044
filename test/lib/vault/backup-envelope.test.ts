import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackupContent } from '../../../lib/domain/backup.ts';
import { openBackup, readBackupHeader, sealBackup } from '../../../lib/vault/backup-envelope.ts';
import type { BackupFaultCode } from '../../../lib/vault/backup-faults.ts';
import { aCredential } from '../../support/builders.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const CONTENT: BackupContent = {
  schemaVersion: 1,
  credential: aCredential({ generation: 3 }),
  client: {
    schemaVersion: 1,
    client: 'main',
    clientId: '1000.CLIENT',
    clientSecret: 'client-secret-of-a-test',
  },
};
const PLACE = { name: 'of "crm", generation 3, in the table', connection: 'crm', generation: 3 };

let keeper: Keeper;
let sealed: string;
beforeAll(async () => {
  keeper = await startKeeper();
  sealed = (await seal()).text;
});
afterAll(() => keeper.close());

const seal = (content = CONTENT, keyId = keeper.backups.keyId) =>
  sealBackup(keeper.kms, keyId, content, Date.UTC(2026, 10, 24));
const open = (text: string, place: Parameters<typeof openBackup>[2] = PLACE) =>
  openBackup(keeper.kms, text, place);
const changed = (differing: object) => JSON.stringify({ ...JSON.parse(sealed), ...differing });

describe('a backup', () => {
  it('holds all that it takes to mint, for who may use the key', async () => {
    expect(await open(sealed)).toEqual(CONTENT);
  });

  it('P8: shows whose it is, and nothing of what it holds', async () => {
    expect(readBackupHeader(sealed, PLACE)).toEqual({
      format: 'zoho-token-recovery/backup',
      formatVersion: 1,
      purpose: 'credential-backup',
      connection: 'crm',
      generation: 3,
      storedAt: '2026-11-24T00:00:00.000Z',
      algorithm: 'AES-256-GCM',
      keyId: keeper.backups.keyId,
      encryptedDataKey: expect.any(String),
    });
    const { credential, client } = CONTENT;
    for (const secret of [credential.refreshToken, client.clientSecret]) expect(sealed).not.toContain(secret);
  });

  it('is sealed by another data key each time', async () => {
    const [one, other] = [JSON.parse((await seal()).text), JSON.parse((await seal()).text)];
    for (const part of ['encryptedDataKey', 'iv', 'ciphertext', 'tag'])
      expect(one[part]).not.toBe(other[part]);
  });
});

describe('a backup that cannot be used is named by its fault', () => {
  it.each<[string, () => string, BackupFaultCode]>([
    ['empty', () => '', 'BACKUP_EMPTY'],
    ['cut off', () => sealed.slice(0, sealed.length / 2), 'BACKUP_NOT_JSON'],
    ['no object', () => '[]', 'BACKUP_NOT_JSON'],
    ['of a future format', () => changed({ formatVersion: 2 }), 'BACKUP_NEWER_FORMAT'],
    ['without a part', () => changed({ tag: undefined }), 'BACKUP_INVALID'],
    ['of another format', () => changed({ format: 'else' }), 'BACKUP_INVALID'],
    ['of another connection', () => changed({ connection: 'books' }), 'BACKUP_OTHER_CONNECTION'],
    ['of another generation', () => changed({ generation: 4 }), 'BACKUP_OTHER_GENERATION'],
    ['of another time', () => changed({ storedAt: '2026-11-25T00:00:00.000Z' }), 'BACKUP_TAMPERED'],
    ['with a shorter tag', () => changed({ tag: JSON.parse(sealed).tag.slice(0, 16) }), 'BACKUP_TAMPERED'],
  ])('%s', async (_, text, code) => {
    await expect(open(text())).rejects.toMatchObject({ code });
  });

  it('with a forged generation, wherever it is put', async () => {
    const place = { ...PLACE, generation: 4 };
    await expect(open(changed({ generation: 4 }), place)).rejects.toMatchObject({ code: 'BACKUP_TAMPERED' });
    const renamed = { ...PLACE, connection: 'books' };
    await expect(open(changed({ connection: 'books' }), renamed)).rejects.toMatchObject({
      code: 'BACKUP_TAMPERED',
    });
  });

  it('with any bit flipped anywhere: never opened, never another fault than its own (property)', async () => {
    const bytes = Buffer.from(sealed);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const flipped = Buffer.from(bytes);
          flipped[at] = (flipped[at] as number) ^ (1 << bit);
          const outcome = await open(flipped.toString()).then(
            // What base64 does not count may differ, and nothing else.
            (content) => content,
            ({ code, message }) => ({ code, message }),
          );
          if ('code' in outcome) {
            expect(outcome.code).toMatch(/^BACKUP_/);
            expect(outcome.message).not.toContain(CONTENT.credential.refreshToken);
          } else expect(outcome).toEqual(CONTENT);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('under a key that is disabled, about to be deleted, or gone', async () => {
    const { KeyMetadata } = await keeper.kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.Arn ?? '';
    const { text } = await seal(CONTENT, KeyId);
    await keeper.kms.send(new DisableKeyCommand({ KeyId }));
    await expect(open(text)).rejects.toMatchObject({ code: 'BACKUP_KEY_UNUSABLE' });
    await expect(seal(CONTENT, KeyId)).rejects.toMatchObject({ code: 'BACKUP_KEY_UNUSABLE' });
    await keeper.kms.send(new EnableKeyCommand({ KeyId }));
    expect(await open(text)).toEqual(CONTENT);
    await keeper.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await expect(open(text)).rejects.toMatchObject({
      code: 'BACKUP_KEY_UNUSABLE',
      message: expect.stringContaining(KeyId),
    });
  });

  it('when what it holds is another credential than it says', async () => {
    const other = { ...CONTENT, credential: aCredential({ generation: 3, connection: 'books' }) };
    const { text } = await seal(other);
    await expect(open(text, { ...PLACE, connection: 'books' })).resolves.toEqual(other);
    await expect(open(text)).rejects.toMatchObject({ code: 'BACKUP_OTHER_CONNECTION' });
  });
});
