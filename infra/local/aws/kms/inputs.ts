import * as z from 'zod';
import { AwsError } from '../service.ts';
import { keySpecSchema } from './keys.ts';

/** One operation of the service: checks its input and answers the response's body, `{}` where AWS's is empty. */
export type Operation = (input: unknown) => object;

/**
 * An operation whose input is checked first.
 *
 * @throws {AwsError} ValidationException, without any of the input's values
 */
export function defineOperation<T>(schema: z.ZodType<T>, operate: (input: T) => object): Operation {
  return (input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
    return operate(parsed.data);
  };
}

const keyId = z.string().min(1).max(2048);
const encryptionContext = z.record(z.string(), z.string()).default({});
const encryptionAlgorithm = z.literal('SYMMETRIC_DEFAULT').default('SYMMETRIC_DEFAULT');
const macAlgorithm = z.enum(['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512']);
const randomBytesCount = z.int().min(1).max(1024);
const aliasName = z
  .string()
  .max(256)
  .startsWith('alias/', 'Alias must start with the prefix "alias/".')
  .regex(/^alias\/[a-zA-Z0-9/_-]+$/, 'expected letters, digits, "/", "_" and "-" only');

/** A binary field: base64 on the wire. */
function blob(maxBytes: number) {
  return z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length >= 1 && bytes.length <= maxBytes, `expected 1 to ${maxBytes} bytes`);
}

/** Specs of AWS that the twin lacks. */
const foreignKeySpecSchema = z.enum([
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_NIST_EDWARDS25519',
  'ECC_SECG_P256K1',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
  'SM2',
]);

export const createKeySchema = z.object({
  Description: z.string().max(8192).default(''),
  KeySpec: z.union([keySpecSchema, foreignKeySpecSchema]).default('SYMMETRIC_DEFAULT'),
  KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'SIGN_VERIFY', 'KEY_AGREEMENT']).optional(),
  Origin: z.enum(['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']).default('AWS_KMS'),
  MultiRegion: z.boolean().default(false),
});

export const keyIdSchema = z.object({ KeyId: keyId });

export const nothingSchema = z.object({});

export const scheduleKeyDeletionSchema = z.object({
  KeyId: keyId,
  PendingWindowInDays: z.int().min(7).max(30).default(30),
});

export const enableKeyRotationSchema = z.object({
  KeyId: keyId,
  RotationPeriodInDays: z.int().min(90).max(2560).default(365),
});

export const aliasTargetSchema = z.object({ AliasName: aliasName, TargetKeyId: keyId });

export const aliasNameSchema = z.object({ AliasName: aliasName });

export const listAliasesSchema = z.object({ KeyId: keyId.optional() });

export const encryptSchema = z.object({
  KeyId: keyId,
  Plaintext: blob(4096),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: encryptionAlgorithm,
});

export const decryptSchema = z.object({
  KeyId: keyId.optional(),
  CiphertextBlob: blob(6144),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: encryptionAlgorithm,
});

const DATA_KEY_BYTES = { AES_128: 16, AES_256: 32 };

/** Gives `bytes`, the data key's length, from whichever of the two fields names it. */
export const generateDataKeySchema = z
  .object({
    KeyId: keyId,
    KeySpec: z.enum(['AES_128', 'AES_256']).optional(),
    NumberOfBytes: randomBytesCount.optional(),
    EncryptionContext: encryptionContext,
  })
  .refine(
    ({ KeySpec, NumberOfBytes }) => (KeySpec === undefined) !== (NumberOfBytes === undefined),
    'Please specify either number of bytes or key spec.',
  )
  .transform(({ KeyId, KeySpec, NumberOfBytes, EncryptionContext }) => ({
    KeyId,
    EncryptionContext,
    bytes: KeySpec ? DATA_KEY_BYTES[KeySpec] : (NumberOfBytes as number),
  }));

export const generateRandomSchema = z.object({ NumberOfBytes: randomBytesCount });

export const generateMacSchema = z.object({
  KeyId: keyId,
  Message: blob(4096),
  MacAlgorithm: macAlgorithm,
});

export const verifyMacSchema = generateMacSchema.extend({ Mac: blob(6144) });
