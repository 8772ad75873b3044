import { createHmac } from 'node:crypto';
import { KMS, type KMSServiceException, type MacAlgorithmSpec } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessKeys } from '../../../../../infra/local/aws/access-keys.ts';
import { type FrontDoor, startFrontDoor } from '../../../../../infra/local/aws/front-door.ts';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { VirtualClock } from '../../../../../infra/local/clock.ts';

const REGION = 'eu-central-1';
const PLAINTEXT = new Uint8Array(Buffer.from('a data key'));
const EncryptionContext = { secret: 'zoho/crm/credential', version: '1' };

let kms: Kms;
let door: FrontDoor;
let client: KMS;
/** ARNs. */
let symmetricKey: string;
let otherKey: string;
let hmacKey: string;

beforeAll(async () => {
  const clock = new VirtualClock({ speed: 0 });
  kms = new Kms({ nowMs: () => clock.nowMs(), path: null, region: REGION, accountId: '000000000000' });
  door = await startFrontDoor({
    services: { kms: kms.service },
    emulators: {},
    accessKeys: new AccessKeys(),
    clock,
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new KMS({ endpoint: door.endpoint, region: REGION, credentials, maxAttempts: 1 });
  symmetricKey = (await client.createKey({})).KeyMetadata?.Arn ?? '';
  otherKey = (await client.createKey({})).KeyMetadata?.Arn ?? '';
  hmacKey = await createHmacKey('256');
});
afterAll(async () => {
  client.destroy();
  await door.close();
});

async function createHmacKey(bits: string): Promise<string> {
  const KeySpec = `HMAC_${bits}` as 'HMAC_256';
  const { KeyMetadata } = await client.createKey({ KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' });
  return KeyMetadata?.Arn ?? '';
}

/** The name of the exception that a call ends with. */
async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: KMSServiceException) => error.name,
  );
}

describe('Encrypt and Decrypt', () => {
  it('give the plaintext back, whoever names the key and in whichever order the context comes', async () => {
    const sealed = await client.encrypt({ KeyId: symmetricKey, Plaintext: PLAINTEXT, EncryptionContext });
    expect(sealed).toMatchObject({ KeyId: symmetricKey, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    const { version, secret } = EncryptionContext;
    for (const KeyId of [undefined, symmetricKey]) {
      const { CiphertextBlob } = sealed;
      const opened = await client.decrypt({
        CiphertextBlob,
        KeyId,
        EncryptionContext: { version, secret },
      });
      expect(opened).toMatchObject({
        KeyId: symmetricKey,
        Plaintext: PLAINTEXT,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      });
    }
  });

  it('seal the same plaintext differently each time', async () => {
    const encrypt = () => client.encrypt({ KeyId: symmetricKey, Plaintext: PLAINTEXT });
    expect((await encrypt()).CiphertextBlob).not.toEqual((await encrypt()).CiphertextBlob);
  });

  it('refuse another key than the one that sealed it, of whichever kind', async () => {
    const { CiphertextBlob } = await client.encrypt({ KeyId: symmetricKey, Plaintext: PLAINTEXT });
    expect(await refusal(client.decrypt({ CiphertextBlob, KeyId: otherKey }))).toBe('IncorrectKeyException');
    expect(await refusal(client.decrypt({ CiphertextBlob, KeyId: hmacKey }))).toBe('IncorrectKeyException');
  });

  it('refuse another context, a tampered blob, and what is no blob at all', async () => {
    const sealed = await client.encrypt({ KeyId: symmetricKey, Plaintext: PLAINTEXT, EncryptionContext });
    const CiphertextBlob = sealed.CiphertextBlob as Uint8Array;
    const tampered = (at: number) => CiphertextBlob.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const attempts = [
      { CiphertextBlob },
      { CiphertextBlob, EncryptionContext: { ...EncryptionContext, version: '2' } },
      ...[0, 1, 40, CiphertextBlob.length - 1].map((at) => ({
        CiphertextBlob: tampered(at),
        EncryptionContext,
      })),
      { CiphertextBlob: PLAINTEXT },
    ];
    for (const attempt of attempts) {
      expect(await refusal(client.decrypt(attempt))).toBe('InvalidCiphertextException');
    }
  });

  it('take from 1 byte to 4096', async () => {
    const encrypt = (length: number) =>
      refusal(client.encrypt({ KeyId: symmetricKey, Plaintext: new Uint8Array(length) }));
    expect([await encrypt(1), await encrypt(4096)]).toEqual(['none', 'none']);
    expect([await encrypt(0), await encrypt(4097)]).toEqual(['ValidationException', 'ValidationException']);
  });

  it('are not for an HMAC key', async () => {
    await expect(client.encrypt({ KeyId: hmacKey, Plaintext: PLAINTEXT })).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
      message: `${hmacKey} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.`,
    });
  });
});

describe('GenerateDataKey', () => {
  it.each([
    [{ KeySpec: 'AES_256' } as const, 32],
    [{ KeySpec: 'AES_128' } as const, 16],
    [{ NumberOfBytes: 64 }, 64],
  ])('with %j answers a key in the clear and sealed', async (size, length) => {
    const dataKey = await client.generateDataKey({ KeyId: symmetricKey, EncryptionContext, ...size });
    expect(dataKey.KeyId).toBe(symmetricKey);
    expect(dataKey.Plaintext).toHaveLength(length);
    const { CiphertextBlob } = dataKey;
    const opened = await client.decrypt({ CiphertextBlob, EncryptionContext });
    expect(opened.Plaintext).toEqual(dataKey.Plaintext);
    expect(await refusal(client.decrypt({ CiphertextBlob }))).toBe('InvalidCiphertextException');
  });

  it('answers a sealed one only, when asked for it without plaintext', async () => {
    const input = { KeyId: symmetricKey, KeySpec: 'AES_256' } as const;
    const dataKey = await client.generateDataKeyWithoutPlaintext(input);
    const opened = await client.decrypt({ CiphertextBlob: dataKey.CiphertextBlob });
    expect(opened.Plaintext).toHaveLength(32);
    const operation = 'GenerateDataKeyWithoutPlaintext';
    const onTheWire = await kms.service({ operation, input, principal: 'operator' });
    expect(Object.keys(onTheWire).sort()).toEqual(['CiphertextBlob', 'KeyId']);
  });

  it.each([
    {},
    { KeySpec: 'AES_256', NumberOfBytes: 32 } as const,
    { NumberOfBytes: 0 },
    { NumberOfBytes: 1025 },
  ])('refuses the size %j', async (size) => {
    const call = client.generateDataKey({ KeyId: symmetricKey, ...size });
    expect(await refusal(call)).toBe('ValidationException');
  });

  it('is not for an HMAC key', async () => {
    const call = client.generateDataKey({ KeyId: hmacKey, KeySpec: 'AES_256' });
    expect(await refusal(call)).toBe('InvalidKeyUsageException');
  });
});

describe('GenerateMac and VerifyMac', () => {
  const Message = new Uint8Array(Buffer.from('state'));

  it.each(['224', '256', '384', '512'])('agree, with HMAC-SHA-%s', async (bits) => {
    const MacAlgorithm = `HMAC_SHA_${bits}` as MacAlgorithmSpec;
    const KeyId = await createHmacKey(bits);
    const { Mac } = await client.generateMac({ KeyId, MacAlgorithm, Message });
    expect(Mac).toHaveLength(Number(bits) / 8);
    const answer = await client.verifyMac({ KeyId, MacAlgorithm, Message, Mac });
    expect(answer).toMatchObject({ MacValid: true, MacAlgorithm, KeyId });
  });

  it('refuse a MAC of another message, key or length', async () => {
    const mac = { KeyId: hmacKey, MacAlgorithm: 'HMAC_SHA_256', Message } as const;
    const { Mac } = await client.generateMac(mac);
    const attempts = [
      { ...mac, Mac, Message: PLAINTEXT },
      { ...mac, Mac, KeyId: await createHmacKey('256') },
      { ...mac, Mac: Mac?.subarray(1) },
      { ...mac, Mac: createHmac('sha256', 'guess').update(Message).digest() },
    ];
    for (const attempt of attempts) {
      expect(await refusal(client.verifyMac(attempt))).toBe('KMSInvalidMacException');
    }
  });

  it('take the algorithm and the usage of their key only', async () => {
    const generate = (KeyId: string, MacAlgorithm: MacAlgorithmSpec) =>
      refusal(client.generateMac({ KeyId, MacAlgorithm, Message }));
    expect(await generate(hmacKey, 'HMAC_SHA_512')).toBe('InvalidKeyUsageException');
    expect(await generate(symmetricKey, 'HMAC_SHA_256')).toBe('InvalidKeyUsageException');
    expect(await generate(hmacKey, 'MD5' as 'HMAC_SHA_256')).toBe('ValidationException');
  });
});

describe('GenerateRandom', () => {
  it('answers as many bytes as asked, different each time', async () => {
    const random = async () => (await client.generateRandom({ NumberOfBytes: 32 })).Plaintext;
    const first = await random();
    expect(first).toHaveLength(32);
    expect(first).not.toEqual(await random());
  });

  it.each([undefined, 0, 1025])('refuses %s bytes', async (NumberOfBytes) => {
    expect(await refusal(client.generateRandom({ NumberOfBytes }))).toBe('ValidationException');
  });
});

it('repeats nothing of what it was given when it refuses it', async () => {
  const call = client.encrypt({ KeyId: symmetricKey, Plaintext: Buffer.alloc(5000, 'hidden') });
  const error: KMSServiceException = await call.catch((reason) => reason);
  expect(error.name).toBe('ValidationException');
  expect(error.message).toContain('4096');
  expect(error.message).not.toContain(Buffer.from('hidden').toString('base64'));
});
