import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import canonicalize from 'canonicalize';
import * as z from 'zod/mini';
import { toDotPath } from 'zod/v4/core';
import { awsErrorName, isAwsTrouble } from '../aws/errors.ts';
import { type BackupContent, backupContentSchema } from '../domain/backup.ts';
import { BackupUnusableError } from './backup-faults.ts';
import { parseJsonObject } from './json-object.ts';

const FORMAT = 'zoho-token-recovery/backup';
const FORMAT_VERSION = 1;
const PURPOSE = 'credential-backup';
const ALGORITHM = 'AES-256-GCM';
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D, section 8.2: 96 bits for GCM; each data key seals one backup only, so it never repeats. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What anybody may read of a backup; the seal covers every bit of it. */
export const backupHeaderSchema = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  purpose: z.literal(PURPOSE),
  connection: z.string().check(z.minLength(1)),
  generation: z.int().check(z.positive()),
  /** When it was sealed: ISO 8601, UTC. */
  storedAt: z.iso.datetime(),
  algorithm: z.literal(ALGORITHM),
  /** The ARN of the KMS key that the data key is encrypted under. */
  keyId: z.string().check(z.minLength(1)),
  encryptedDataKey: z.base64(),
});

export type BackupHeader = z.infer<typeof backupHeaderSchema>;

const envelopeSchema = z.extend(backupHeaderSchema, {
  iv: z.base64(),
  ciphertext: z.base64(),
  tag: z.base64(),
});

/** A backup as both stores keep it. */
export interface SealedBackup {
  readonly header: BackupHeader;
  /** The envelope, JSON. */
  readonly text: string;
}

/** Which backup is expected where something was found. */
export interface BackupPlace {
  /** Such as `generation 3 of "crm" in the backup table`, for faults. */
  readonly name: string;
  /** Null where the place does not tell, as below. */
  readonly connection: string | null;
  readonly generation: number | null;
}

/**
 * Encrypts what a backup holds under a data key of its own, which KMS gives for exactly this connection and generation
 * (docs/backups.md has the format).
 *
 * @param keyId the ARN of the backup key
 * @throws {BackupUnusableError} `BACKUP_KEY_UNUSABLE`, `BACKUP_UNREADABLE`
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/kms-cryptography.html#enveloping
 */
export async function sealBackup(
  kms: KMSClient,
  keyId: string,
  content: BackupContent,
  nowMs: number,
): Promise<SealedBackup> {
  const { connection, generation } = content.credential;
  const { plaintextKey, encryptedDataKey } = await generateDataKey(kms, keyId, { connection, generation });
  const header: BackupHeader = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    purpose: PURPOSE,
    connection,
    generation,
    storedAt: new Date(nowMs).toISOString(),
    algorithm: ALGORITHM,
    keyId,
    encryptedDataKey,
  };
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, plaintextKey, iv).setAAD(canonicalBytes(header));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  const sealed = {
    iv: iv.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
  return { header, text: JSON.stringify({ ...header, ...sealed }) };
}

/**
 * Decrypts a backup, and checks it from the outside in: format, place, key, seal, content.
 *
 * @throws {BackupUnusableError} naming the first fault
 */
export async function openBackup(kms: KMSClient, text: string, place: BackupPlace): Promise<BackupContent> {
  const { iv, ciphertext, tag, ...header } = parseEnvelope(text, place);
  const dataKey = await decryptDataKey(kms, header, place);
  const plaintext = decrypt(dataKey, header, { iv, ciphertext, tag });
  if (plaintext === null) throw tampered(place);
  return parseContent(plaintext, header, place);
}

/**
 * Reads what anybody may of a backup. What it says is not proven before the backup is opened.
 *
 * @throws {BackupUnusableError}
 */
export function readBackupHeader(text: string, place: BackupPlace): BackupHeader {
  const { iv, ciphertext, tag, ...header } = parseEnvelope(text, place);
  return header;
}

function parseEnvelope(text: string, place: BackupPlace): z.infer<typeof envelopeSchema> {
  if (text.trim() === '') {
    throw new BackupUnusableError('BACKUP_EMPTY', `The backup ${place.name} is empty.`, NEXT_ONE);
  }
  const json = parseJsonObject(text);
  if (json === null) {
    throw new BackupUnusableError(
      'BACKUP_NOT_JSON',
      `The backup ${place.name} is not a JSON object: it is cut off, or something else.`,
      NEXT_ONE,
    );
  }
  const { formatVersion } = json;
  if (json.format === FORMAT && typeof formatVersion === 'number' && formatVersion > FORMAT_VERSION) {
    throw new BackupUnusableError(
      'BACKUP_NEWER_FORMAT',
      `The backup ${place.name} has format version ${formatVersion}, and this version of the keeper knows ${FORMAT_VERSION}.`,
      'Deploy the version that wrote it.',
    );
  }
  const result = envelopeSchema.safeParse(json);
  if (!result.success) {
    const fields = result.error.issues.map((issue) => toDotPath(issue.path) || '(document)');
    throw new BackupUnusableError(
      'BACKUP_INVALID',
      `The backup ${place.name} has missing or wrong fields: ${[...new Set(fields)].join(', ')}.`,
      NEXT_ONE,
    );
  }
  assertInPlace(result.data, place);
  return result.data;
}

function assertInPlace({ connection, generation }: BackupHeader, place: BackupPlace): void {
  if (place.connection !== null && connection !== place.connection) {
    throw new BackupUnusableError(
      'BACKUP_OTHER_CONNECTION',
      `The backup ${place.name} says that it is another connection's.`,
      NEXT_ONE,
    );
  }
  if (place.generation !== null && generation !== place.generation) {
    throw new BackupUnusableError(
      'BACKUP_OTHER_GENERATION',
      `The backup ${place.name} says that it is of generation ${generation}.`,
      NEXT_ONE,
    );
  }
}

function parseContent(plaintext: string, header: BackupHeader, place: BackupPlace): BackupContent {
  const content = backupContentSchema.safeParse(parseJsonObject(plaintext)).data;
  const isOf = content?.credential;
  if (content && isOf?.connection === header.connection && isOf.generation === header.generation) {
    return content;
  }
  throw new BackupUnusableError(
    'BACKUP_INVALID',
    `The backup ${place.name} could be decrypted, and does not hold the credential that it names.`,
    NEXT_ONE,
  );
}

async function generateDataKey(
  kms: KMSClient,
  keyId: string,
  of: { connection: string; generation: number },
): Promise<{ plaintextKey: Uint8Array; encryptedDataKey: string }> {
  try {
    const { Plaintext, CiphertextBlob } = await kms.send(
      new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: contextOf(of) }),
    );
    if (!Plaintext || !CiphertextBlob) throw new TypeError('an answer without a data key');
    return { plaintextKey: Plaintext, encryptedDataKey: Buffer.from(CiphertextBlob).toString('base64') };
  } catch (cause) {
    throw keyFault(keyId, cause);
  }
}

async function decryptDataKey(kms: KMSClient, header: BackupHeader, place: BackupPlace): Promise<Uint8Array> {
  const { keyId, encryptedDataKey } = header;
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: Buffer.from(encryptedDataKey, 'base64'),
        EncryptionContext: contextOf(header),
      }),
    );
    if (!Plaintext) throw new TypeError('an answer without a data key');
    return Plaintext;
  } catch (cause) {
    // KMS says so of a changed key, and of a connection or generation that it was not given for.
    const isTampered = ['InvalidCiphertextException', 'IncorrectKeyException'].includes(awsErrorName(cause));
    throw isTampered ? tampered(place, cause) : keyFault(keyId, cause);
  }
}

function decrypt(
  dataKey: Uint8Array,
  header: BackupHeader,
  { iv, ciphertext, tag }: { iv: string; ciphertext: string; tag: string },
): string | null {
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(CIPHER, dataKey, Buffer.from(iv, 'base64'), options)
      .setAAD(canonicalBytes(header))
      .setAuthTag(Buffer.from(tag, 'base64'));
    return decipher.update(ciphertext, 'base64', 'utf8') + decipher.final('utf8');
  } catch {
    // The seal is broken; Node says no more than that.
    return null;
  }
}

function contextOf(of: { connection: string; generation: number }): Record<string, string> {
  return { connection: of.connection, generation: `${of.generation}`, purpose: PURPOSE };
}

function canonicalBytes(header: BackupHeader): Buffer {
  return Buffer.from(canonicalize(header) as string);
}

const NEXT_ONE = 'It is left as it is, and the next one is taken.';

function tampered({ name }: BackupPlace, cause?: unknown): BackupUnusableError {
  return new BackupUnusableError(
    'BACKUP_TAMPERED',
    `The backup ${name} was changed after it was sealed.`,
    NEXT_ONE,
    { cause },
  );
}

function keyFault(keyId: string, cause: unknown): BackupUnusableError {
  const name = awsErrorName(cause);
  if (isAwsTrouble(cause)) {
    return new BackupUnusableError(
      'BACKUP_UNREADABLE',
      `KMS gave no usable answer for the backup key: ${name}.`,
      'It is tried again by itself.',
      { cause },
    );
  }
  return new BackupUnusableError(
    'BACKUP_KEY_UNUSABLE',
    `The backup key ${keyId} cannot be used: ${name}.`,
    'Enable it, or cancel its deletion; check that the function may use it.',
    { cause },
  );
}
