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

/** The KMS key that a value is under, and the one that it is to be under; null for the key that AWS manages. */
export interface KeyChange {
  readonly former: string | null;
  readonly next: string | null;
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
      formerDataKeys: [],
    };
  }

  /**
   * With whichever KMS key works that the value is under.
   *
   * @throws {AwsError} `DecryptionFailure`, `AccessDeniedException`
   */
  async open(sealed: SealedValue, owner: ValueOwner): Promise<Buffer> {
    const dataKey = await this.#decryptDataKey(sealed, owner);
    const iv = Buffer.from(sealed.initializationVector, 'base64');
    const decipher = createDecipheriv(CIPHER, dataKey, iv);
    decipher.setAuthTag(Buffer.from(sealed.authenticationTag, 'base64'));
    return Buffer.concat([decipher.update(sealed.ciphertext, 'base64'), decipher.final()]);
  }

  /**
   * Encrypts the data key under another KMS key as well.
   *
   * @throws {AwsError} `DecryptionFailure`, `EncryptionFailure`, `AccessDeniedException`
   */
  async rewrap(sealed: SealedValue, { former, next }: KeyChange, owner: ValueOwner): Promise<SealedValue> {
    const dataKey = await this.#decryptDataKey(sealed, owner);
    const input = {
      KeyId: next ?? MANAGED_KEY,
      Plaintext: dataKey.toString('base64'),
      ...contextOf(owner),
    };
    const { CiphertextBlob } = await this.#call('Encrypt', input, encryptedSchema, ENCRYPTION_FAILURE);
    const { encryptedDataKey, formerDataKeys } = sealed;
    const formerDataKey = { kmsKeyId: former, encryptedDataKey };
    return {
      ...sealed,
      encryptedDataKey: CiphertextBlob,
      formerDataKeys: [formerDataKey, ...formerDataKeys],
    };
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

  /** When no key works, the error is that of the key which the value is under now. */
  async #decryptDataKey(
    { encryptedDataKey, formerDataKeys }: SealedValue,
    owner: ValueOwner,
  ): Promise<Buffer> {
    try {
      return await this.#decryptWith(encryptedDataKey, owner);
    } catch (error) {
      const former = formerDataKeys.map((key) => this.#decryptWith(key.encryptedDataKey, owner));
      return Promise.any(former).catch(() => {
        throw error;
      });
    }
  }

  async #decryptWith(CiphertextBlob: string, owner: ValueOwner): Promise<Buffer> {
    const input = { CiphertextBlob, ...contextOf(owner) };
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
