import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type AwsService } from '../service.ts';
import type { SealedValue } from './secret.ts';

/** The key that AWS manages for secrets that name none. */
const MANAGED_KEY = 'alias/aws/secretsmanager';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;

const dataKeySchema = z.object({ Plaintext: z.base64(), CiphertextBlob: z.base64() });
const decryptedSchema = z.object({ Plaintext: z.base64() });
const encryptedSchema = z.object({ CiphertextBlob: z.base64() });

/** Which version of which secret a value belongs to; KMS binds the data key to it. */
export interface ValueOwner {
  readonly arn: string;
  readonly versionId: string;
}

/**
 * Encrypts and decrypts values as Secrets Manager does: each with a data key of its own, under the caller's permission
 * to use the KMS key.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export class Envelope {
  readonly #kms: AwsService;
  readonly #principal: string;

  /** @param principal on whose behalf KMS is called */
  constructor(kms: AwsService, principal: string) {
    this.#kms = kms;
    this.#principal = principal;
  }

  /**
   * @param kmsKeyId null for the key that AWS manages
   * @throws {AwsError} `EncryptionFailure`, `AccessDeniedException`
   */
  async seal(value: Buffer, kmsKeyId: string | null, owner: ValueOwner): Promise<SealedValue> {
    const input = { KeyId: kmsKeyId ?? MANAGED_KEY, KeySpec: 'AES_256', ...contextOf(owner) };
    const dataKey = await this.#call('GenerateDataKey', input, dataKeySchema, ENCRYPTION_FAILURE);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, Buffer.from(dataKey.Plaintext, 'base64'), iv);
    const ciphertext = Buffer.concat([cipher.update(value), cipher.final()]);
    return {
      encryptedDataKey: dataKey.CiphertextBlob,
      initializationVector: iv.toString('base64'),
      ciphertext: ciphertext.toString('base64'),
      authenticationTag: cipher.getAuthTag().toString('base64'),
    };
  }

  /** @throws {AwsError} `DecryptionFailure`, `AccessDeniedException` */
  async open(sealed: SealedValue, owner: ValueOwner): Promise<Buffer> {
    const dataKey = await this.#decryptDataKey(sealed, owner);
    const iv = Buffer.from(sealed.initializationVector, 'base64');
    const decipher = createDecipheriv(CIPHER, dataKey, iv);
    decipher.setAuthTag(Buffer.from(sealed.authenticationTag, 'base64'));
    return Buffer.concat([decipher.update(sealed.ciphertext, 'base64'), decipher.final()]);
  }

  /**
   * Encrypts the data key anew, under another KMS key.
   *
   * @throws {AwsError} `DecryptionFailure`, `EncryptionFailure`, `AccessDeniedException`
   */
  async rewrap(sealed: SealedValue, kmsKeyId: string | null, owner: ValueOwner): Promise<SealedValue> {
    const dataKey = await this.#decryptDataKey(sealed, owner);
    const input = {
      KeyId: kmsKeyId ?? MANAGED_KEY,
      Plaintext: dataKey.toString('base64'),
      ...contextOf(owner),
    };
    const { CiphertextBlob } = await this.#call('Encrypt', input, encryptedSchema, ENCRYPTION_FAILURE);
    return { ...sealed, encryptedDataKey: CiphertextBlob };
  }

  /**
   * Makes sure that the caller may use a key that a secret is about to name.
   *
   * @throws {AwsError} `EncryptionFailure`, `DecryptionFailure`, `AccessDeniedException`
   */
  async validateKeyAccess(kmsKeyId: string, arn: string): Promise<void> {
    const owner = { arn, versionId: 'RequestToValidateKeyAccess' };
    await this.open(await this.seal(Buffer.from(owner.versionId), kmsKeyId, owner), owner);
  }

  async #decryptDataKey({ encryptedDataKey }: SealedValue, owner: ValueOwner): Promise<Buffer> {
    const input = { CiphertextBlob: encryptedDataKey, ...contextOf(owner) };
    const { Plaintext } = await this.#call('Decrypt', input, decryptedSchema, DECRYPTION_FAILURE);
    return Buffer.from(Plaintext, 'base64');
  }

  async #call<T>(operation: string, input: object, schema: z.ZodType<T>, failure: KeyFailure): Promise<T> {
    try {
      return schema.parse(await this.#kms({ operation, input, principal: this.#principal }));
    } catch (error) {
      throw error instanceof AwsError ? toSecretsManagerError(error, failure) : error;
    }
  }
}

interface KeyFailure {
  readonly code: string;
  readonly message: string;
}

const ENCRYPTION_FAILURE: KeyFailure = {
  code: 'EncryptionFailure',
  message:
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
};
const DECRYPTION_FAILURE: KeyFailure = {
  code: 'DecryptionFailure',
  message: "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
};

function toSecretsManagerError({ code }: AwsError, failure: KeyFailure): AwsError {
  if (code === 'AccessDeniedException') return new AwsError(code, 'Access to KMS is not allowed');
  return new AwsError(failure.code, `${failure.message} (${code})`);
}

function contextOf({ arn, versionId }: ValueOwner): object {
  return { EncryptionContext: { SecretARN: arn, SecretVersionId: versionId } };
}
