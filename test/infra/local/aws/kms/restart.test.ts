import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';

const NOW_MS = Date.UTC(2040, 0, 1);
const DAY_MS = 86_400_000;
const Plaintext = Buffer.from('a data key').toString('base64');

const keySchema = z.object({ KeyMetadata: z.object({ KeyId: z.string(), KeyState: z.string() }) });
const sealedSchema = z.object({ CiphertextBlob: z.string() });

function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kms-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'kms.json');
}

function startKms(path: string, nowMs = NOW_MS) {
  const kms = new Kms({ nowMs: () => nowMs, path, region: 'eu-central-1', accountId: '000000000000' });
  return (operation: string, input: object) => kms.service({ operation, input, principal: 'operator' });
}

it('remembers keys, aliases and states over a restart, and opens what it sealed before', async () => {
  const path = temporaryPath();
  const before = startKms(path);
  const { KeyMetadata } = keySchema.parse(await before('CreateKey', {}));
  await before('CreateAlias', { AliasName: 'alias/kept', TargetKeyId: KeyMetadata.KeyId });
  const { CiphertextBlob } = sealedSchema.parse(await before('Encrypt', { KeyId: 'alias/kept', Plaintext }));
  await before('EnableKeyRotation', { KeyId: KeyMetadata.KeyId });
  const rotation = await before('GetKeyRotationStatus', { KeyId: KeyMetadata.KeyId });

  const after = startKms(path);
  expect(await after('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext });
  expect(keySchema.parse(await after('DescribeKey', { KeyId: 'alias/kept' })).KeyMetadata).toEqual(
    KeyMetadata,
  );
  expect(await after('GetKeyRotationStatus', { KeyId: KeyMetadata.KeyId })).toEqual(rotation);
});

it('keeps the key behind an alias of AWS', async () => {
  const path = temporaryPath();
  const before = await startKms(path)('DescribeKey', { KeyId: 'alias/aws/secretsmanager' });
  expect(await startKms(path)('DescribeKey', { KeyId: 'alias/aws/secretsmanager' })).toEqual(before);
});

it('deletes a key whose time came while it was down', async () => {
  const path = temporaryPath();
  const before = startKms(path);
  const { KeyId } = keySchema.parse(await before('CreateKey', {})).KeyMetadata;
  await before('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  const pending = await startKms(path, NOW_MS + 6 * DAY_MS)('DescribeKey', { KeyId });
  expect(keySchema.parse(pending).KeyMetadata.KeyState).toBe('PendingDeletion');
  const gone = startKms(path, NOW_MS + 8 * DAY_MS)('DescribeKey', { KeyId });
  await expect(gone).rejects.toMatchObject({ code: 'NotFoundException' });
});

it('keeps its key material in a file for its owner only', async () => {
  const path = temporaryPath();
  await startKms(path)('CreateKey', {});
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
