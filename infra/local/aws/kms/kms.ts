import { AwsError, type AwsService } from '../service.ts';
import { aliasOperations } from './alias-operations.ts';
import { cryptographicOperations } from './cryptographic-operations.ts';
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
