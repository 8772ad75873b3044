import { AwsError, type AwsService } from '../service.ts';
import { aliasOperations } from './alias-operations.ts';
import { cryptographicOperations } from './cryptographic-operations.ts';
import { sealingKeyIdOf } from './cryptography.ts';
import type { Operation } from './inputs.ts';
import { keyOperations } from './key-operations.ts';
import { KeyStore, type KeyStoreOptions } from './key-store.ts';

/**
 * The stand-in for AWS KMS: symmetric and HMAC keys, aliases, and what is done with them. Key material lies in the
 * store in plain text, and ciphertexts are of a format of their own: neither is of any use outside of the twin.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
 */
export class Kms {
  readonly #store: KeyStore;
  readonly #operations: ReadonlyMap<string, Operation>;

  constructor(options: KeyStoreOptions) {
    this.#store = new KeyStore(options);
    this.#operations = new Map(
      Object.entries({
        ...keyOperations(this.#store),
        ...aliasOperations(this.#store),
        ...cryptographicOperations(this.#store),
      }),
    );
  }

  /** The ARN of the key that an id, an ARN or an alias means, also when it is gone; undefined for an unknown alias. */
  keyArnOf(identifier: string): string | undefined {
    return this.#store.arnOf(identifier);
  }

  /** The ARN of the key that sealed a ciphertext, in base64; undefined for what is no ciphertext. */
  sealingKeyArnOf(ciphertext: string): string | undefined {
    const keyId = sealingKeyIdOf(Buffer.from(ciphertext, 'base64'));
    return keyId === null ? undefined : this.#store.keyArn(keyId);
  }

  aliasArnOf(name: string): string {
    return this.#store.aliasArn(name);
  }

  /** Whether it is the key of one of AWS's services. */
  isAwsManaged(keyArn: string): boolean {
    return this.#store.keys.some(
      ({ id, keyManager }) => keyManager === 'AWS' && this.#store.keyArn(id) === keyArn,
    );
  }

  /** Answers one call. @throws {AwsError} with AWS's own codes */
  readonly service: AwsService = async ({ operation, input }) => {
    const operate = this.#operations.get(operation);
    if (!operate) {
      throw new AwsError('UnknownOperationException', `The twin's KMS does not know ${operation}.`);
    }
    this.#store.dropDeleted();
    return operate(input);
  };
}
