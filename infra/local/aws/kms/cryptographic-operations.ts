import { randomBytes } from 'node:crypto';
import { AwsError } from '../service.ts';
import {
  type EncryptionContext,
  IV_BYTES,
  isSameMac,
  type MacAlgorithm,
  mac,
  open,
  seal,
  sealingKeyIdOf,
} from './cryptography.ts';
import * as inputs from './inputs.ts';
import { defineOperation, type Operation } from './inputs.ts';
import type { KeyStore } from './key-store.ts';
import { KEY_SPECS, type Key, type KeyUsage, materialOf } from './keys.ts';

/** What is done with keys. @see https://docs.aws.amazon.com/kms/latest/developerguide/kms-cryptography.html */
export function cryptographicOperations(store: KeyStore): Record<string, Operation> {
  return {
    Encrypt: defineOperation(inputs.encryptSchema, (input) => {
      const key = findUsableKey(input.KeyId, 'Encrypt', 'ENCRYPT_DECRYPT');
      return {
        CiphertextBlob: encrypt(key, input.Plaintext, input.EncryptionContext),
        KeyId: store.keyArn(key.id),
        EncryptionAlgorithm: input.EncryptionAlgorithm,
      };
    }),

    Decrypt: defineOperation(inputs.decryptSchema, (input) => {
      const key = findSealingKey(input.CiphertextBlob, input.KeyId);
      const plaintext = open(input.CiphertextBlob, materialOf(key), input.EncryptionContext);
      if (!plaintext) throw invalidCiphertext();
      return {
        Plaintext: base64(plaintext),
        KeyId: store.keyArn(key.id),
        EncryptionAlgorithm: input.EncryptionAlgorithm,
      };
    }),

    GenerateDataKey: defineOperation(inputs.generateDataKeySchema, (input) => {
      const { plaintext, sealed } = generateDataKey(input, 'GenerateDataKey');
      return { ...sealed, Plaintext: base64(plaintext) };
    }),

    GenerateDataKeyWithoutPlaintext: defineOperation(
      inputs.generateDataKeySchema,
      (input) => generateDataKey(input, 'GenerateDataKeyWithoutPlaintext').sealed,
    ),

    GenerateRandom: defineOperation(inputs.generateRandomSchema, ({ NumberOfBytes }) => ({
      Plaintext: base64(randomBytes(NumberOfBytes)),
    })),

    GenerateMac: defineOperation(inputs.generateMacSchema, ({ KeyId, MacAlgorithm, Message }) => {
      const key = findMacKey(KeyId, 'GenerateMac', MacAlgorithm);
      const Mac = base64(mac(MacAlgorithm, materialOf(key), Message));
      return { Mac, MacAlgorithm, KeyId: store.keyArn(key.id) };
    }),

    VerifyMac: defineOperation(inputs.verifyMacSchema, ({ KeyId, MacAlgorithm, Message, Mac }) => {
      const key = findMacKey(KeyId, 'VerifyMac', MacAlgorithm);
      const isValid = isSameMac(mac(MacAlgorithm, materialOf(key), Message), Mac);
      if (!isValid) throw new AwsError('KMSInvalidMacException', '');
      return { MacValid: true, MacAlgorithm, KeyId: store.keyArn(key.id) };
    }),
  };

  function generateDataKey(
    input: { KeyId: string; EncryptionContext: EncryptionContext; bytes: number },
    operation: string,
  ) {
    const key = findUsableKey(input.KeyId, operation, 'ENCRYPT_DECRYPT');
    const plaintext = randomBytes(input.bytes);
    const CiphertextBlob = encrypt(key, plaintext, input.EncryptionContext);
    return { plaintext, sealed: { CiphertextBlob, KeyId: store.keyArn(key.id) } };
  }

  /** The key that sealed the blob, which must be the one that the caller names, if any. */
  function findSealingKey(blob: Buffer, keyId: string | undefined): Key {
    const named = keyId === undefined ? null : store.resolveKey(keyId);
    const sealingKeyId = sealingKeyIdOf(blob);
    if (sealingKeyId === null) throw invalidCiphertext();
    if (named && named.id !== sealingKeyId) {
      throw new AwsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    return findUsableKey(sealingKeyId, 'Decrypt', 'ENCRYPT_DECRYPT');
  }

  function findMacKey(keyId: string, operation: string, algorithm: MacAlgorithm): Key {
    const key = findUsableKey(keyId, operation, 'GENERATE_VERIFY_MAC');
    if (KEY_SPECS[key.keySpec].macAlgorithm === algorithm) return key;
    throw new AwsError(
      'InvalidKeyUsageException',
      `Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`,
    );
  }

  function findUsableKey(keyId: string, operation: string, needed: KeyUsage): Key {
    const key = store.resolveKey(keyId);
    store.refuseUnlessEnabled(key);
    const { keyUsage } = KEY_SPECS[key.keySpec];
    if (keyUsage === needed) return key;
    throw new AwsError(
      'InvalidKeyUsageException',
      `${store.keyArn(key.id)} key usage is ${keyUsage} which is not valid for ${operation}.`,
    );
  }
}

function encrypt(key: Key, plaintext: Buffer, context: EncryptionContext): string {
  const iv = randomBytes(IV_BYTES);
  return base64(seal({ keyId: key.id, material: materialOf(key), plaintext, context, iv }));
}

/** Without a message, like AWS's. */
function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
