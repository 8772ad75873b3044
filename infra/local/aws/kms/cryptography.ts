import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Non-secret pairs that a ciphertext is bound to; the same ones, in any order, open it again. */
export type EncryptionContext = Readonly<Record<string, string>>;

export interface SealInput {
  /** The key's id, a UUID. */
  readonly keyId: string;
  /** 32 bytes. */
  readonly material: Buffer;
  readonly plaintext: Buffer;
  readonly context: EncryptionContext;
  /** 12 random bytes, never used twice with one key. */
  readonly iv: Buffer;
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html */
export type MacAlgorithm = 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512';

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const KEY_ID_BYTES = 16;
const TAG_BYTES = 16;
const CHECKSUM_BYTES = 8;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
export const IV_BYTES = 12;

const HASHES: Record<MacAlgorithm, string> = {
  HMAC_SHA_224: 'sha224',
  HMAC_SHA_256: 'sha256',
  HMAC_SHA_384: 'sha384',
  HMAC_SHA_512: 'sha512',
};

/**
 * Encrypts with AES-256-GCM, bound to the key's id and the encryption context, into a blob of the twin's own format:
 * version, key id, iv, tag, ciphertext, checksum.
 */
export function seal({ keyId, material, plaintext, context, iv }: SealInput): Buffer {
  const header = Buffer.concat([Buffer.of(VERSION), Buffer.from(keyId.replaceAll('-', ''), 'hex')]);
  const cipher = createCipheriv(CIPHER, material, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundData(header, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const body = Buffer.concat([header, iv, cipher.getAuthTag(), ciphertext]);
  return Buffer.concat([body, checksumOf(body)]);
}

/** The id of the key that sealed the blob; null when this is no such blob, or a damaged one. */
export function sealingKeyIdOf(blob: Buffer): string | null {
  const body = bodyOf(blob);
  const isSealed = body.length >= HEADER_BYTES + IV_BYTES + TAG_BYTES && body[0] === VERSION;
  // A damaged key id must not pass for the id of a key that is gone.
  if (!isSealed || !checksumOf(body).equals(blob.subarray(body.length))) return null;
  const hex = body.toString('hex', 1, HEADER_BYTES);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The plaintext of a sealed blob; null when the blob, the key or the encryption context is not the one it was sealed with. */
export function open(blob: Buffer, material: Buffer, context: EncryptionContext): Buffer | null {
  if (sealingKeyIdOf(blob) === null) return null;
  const body = bodyOf(blob);
  const header = body.subarray(0, HEADER_BYTES);
  const iv = body.subarray(HEADER_BYTES, HEADER_BYTES + IV_BYTES);
  const tag = body.subarray(HEADER_BYTES + IV_BYTES, HEADER_BYTES + IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, material, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundData(header, context));
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(body.subarray(HEADER_BYTES + IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    return null;
  }
}

export function mac(algorithm: MacAlgorithm, material: Buffer, message: Buffer): Buffer {
  return createHmac(HASHES[algorithm], material).update(message).digest();
}

/** Whether two MACs are the same, compared in constant time. */
export function isSameMac(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function bodyOf(blob: Buffer): Buffer {
  return blob.subarray(0, Math.max(0, blob.length - CHECKSUM_BYTES));
}

function checksumOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECKSUM_BYTES);
}

function boundData(header: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.keys(context)
    .sort()
    .map((name) => [name, context[name]]);
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}
