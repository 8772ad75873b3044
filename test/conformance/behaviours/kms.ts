import { randomUUID } from 'node:crypto';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { expect, onTestFinished } from 'vitest';
import { type Cloud, refusalOf, uniqueName } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';
import { createKey, disableKey, enableKey, scheduleKeyDeletion } from './keys.ts';

const CONTEXT = { connection: 'crm', generation: '7' };
const MacAlgorithm = 'HMAC_SHA_256';
const Message = Buffer.from('a message');

/**
 * Data keys and MACs, and the states of the keys behind them.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export const KMS: Behaviours = {
  'a data key is opened with its encryption context, in any order': async (cloud) => {
    const { plaintext, blob } = await generateDataKey(cloud, await createKey(cloud));
    expect(plaintext).toHaveLength(32);
    const reordered = Object.fromEntries(Object.entries(CONTEXT).reverse());
    expect(await decrypt(cloud, blob, reordered)).toEqual(plaintext);
  },

  'a data key is not opened with another encryption context': async (cloud) => {
    const { blob } = await generateDataKey(cloud, await createKey(cloud));
    for (const context of [{ ...CONTEXT, generation: '8' }, { connection: 'crm' }, undefined]) {
      expect(await refusalOf(decrypt(cloud, blob, context))).toBe('InvalidCiphertextException');
    }
  },

  'a ciphertext that was changed is not opened': async (cloud) => {
    const { blob } = await generateDataKey(cloud, await createKey(cloud));
    const changed = Buffer.from(blob);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    expect(await refusalOf(decrypt(cloud, changed, CONTEXT))).toBe('InvalidCiphertextException');
  },

  'a disabled key makes no data key': async (cloud) => {
    const keyId = await createKey(cloud);
    await disableKey(cloud, keyId);
    await cloud.eventually(async () =>
      expect(await refusalOf(generateDataKey(cloud, keyId))).toBe('DisabledException'),
    );
  },

  'a disabled key opens nothing, until it is enabled': async (cloud) => {
    const keyId = await createKey(cloud);
    const { blob, plaintext } = await generateDataKey(cloud, keyId);
    await disableKey(cloud, keyId);
    await cloud.eventually(async () =>
      expect(await refusalOf(decrypt(cloud, blob, CONTEXT))).toBe('DisabledException'),
    );
    await enableKey(cloud, keyId);
    await cloud.eventually(async () => expect(await decrypt(cloud, blob, CONTEXT)).toEqual(plaintext));
  },

  'a key that is pending deletion makes no data key': async (cloud) => {
    const keyId = await createKey(cloud);
    await scheduleKeyDeletion(cloud, keyId);
    await cloud.eventually(async () =>
      expect(await refusalOf(generateDataKey(cloud, keyId))).toBe('KMSInvalidStateException'),
    );
  },

  'a key that is pending deletion opens nothing': async (cloud) => {
    const keyId = await createKey(cloud);
    const { blob } = await generateDataKey(cloud, keyId);
    await scheduleKeyDeletion(cloud, keyId);
    await cloud.eventually(async () =>
      expect(await refusalOf(decrypt(cloud, blob, CONTEXT))).toBe('KMSInvalidStateException'),
    );
  },

  'a key that is saved from its deletion comes back disabled': async (cloud) => {
    const keyId = await createKey(cloud);
    await scheduleKeyDeletion(cloud, keyId);
    const pending = { KeyState: 'PendingDeletion', DeletionDate: expect.any(Date) };
    expect(await describeKey(cloud, keyId)).toMatchObject(pending);
    await cloud.kms.send(new CancelKeyDeletionCommand({ KeyId: keyId }));
    expect(await describeKey(cloud, keyId)).toMatchObject({ KeyState: 'Disabled', Enabled: false });
  },

  'a key is found by its alias': async (cloud) => {
    const TargetKeyId = await createKey(cloud);
    const AliasName = `alias/${uniqueName()}`;
    await cloud.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    onTestFinished(async () => void (await cloud.kms.send(new DeleteAliasCommand({ AliasName }))));
    const { blob, plaintext } = await cloud.eventually(() => generateDataKey(cloud, AliasName));
    expect(await decrypt(cloud, blob, CONTEXT)).toEqual(plaintext);
  },

  'a key that does not exist is not found': async (cloud) => {
    expect(await refusalOf(describeKey(cloud, randomUUID()))).toBe('NotFoundException');
    expect(await refusalOf(generateDataKey(cloud, randomUUID()))).toBe('NotFoundException');
  },

  'a MAC is verified': async (cloud) => {
    const { KeyId, Mac } = await generateMac(cloud);
    const verification = new VerifyMacCommand({ KeyId, MacAlgorithm, Message, Mac });
    expect(await cloud.kms.send(verification)).toMatchObject({ MacValid: true });
  },

  'a MAC of another message is refused': async (cloud) => {
    const { KeyId, Mac } = await generateMac(cloud);
    const other = new VerifyMacCommand({ KeyId, MacAlgorithm, Message: Buffer.from('another'), Mac });
    expect(await refusalOf(cloud.kms.send(other))).toBe('KMSInvalidMacException');
  },
};

async function generateDataKey({ kms }: Cloud, KeyId: string) {
  const command = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: CONTEXT });
  const { Plaintext, CiphertextBlob } = await kms.send(command);
  return { plaintext: Plaintext, blob: CiphertextBlob as Uint8Array };
}

async function decrypt(
  { kms }: Cloud,
  CiphertextBlob: Uint8Array,
  EncryptionContext: Record<string, string> | undefined,
) {
  return (await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext;
}

async function describeKey({ kms }: Cloud, KeyId: string) {
  return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
}

async function generateMac(cloud: Cloud) {
  const KeyId = await createKey(cloud, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const { Mac } = await cloud.kms.send(new GenerateMacCommand({ KeyId, MacAlgorithm, Message }));
  return { KeyId, Mac };
}
