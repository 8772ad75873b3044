import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JsonStore } from '../../json-store.ts';
import { AwsError } from '../service.ts';
import { isCalled, type Secret, secretSchema } from './secret.ts';

/**
 * The secrets as they stand, each in a file of its own: hundreds of them change at every tick. Each change is one
 * synchronous step, so that no two calls overwrite each other's.
 */
export class SecretStore {
  readonly #directory: string | null;
  readonly #nowMs: () => number;
  /** By ARN, in the order of their creation. */
  readonly #documents: Map<string, JsonStore<Secret | null>>;
  /** By name, for thousands of them: the latest of those that bore it. */
  readonly #latest: Map<string, JsonStore<Secret | null>>;

  /** @param directory where they are kept; null keeps them in memory */
  constructor(directory: string | null, nowMs: () => number) {
    this.#directory = directory;
    this.#nowMs = nowMs;
    this.#documents = directory ? readDocuments(directory) : new Map();
    this.#latest = new Map(
      [...this.#documents.values()].map((document) => [document.value?.name ?? '', document]),
    );
  }

  /** Those whose recovery window has not passed, in the order of their creation. */
  get all(): readonly Secret[] {
    return [...this.#documents.values()].flatMap(({ value }) =>
      value && this.#isThere(value) ? [value] : [],
    );
  }

  /** The secret that a `SecretId` means; undefined if there is none. */
  lookUp(secretId: string): Secret | undefined {
    const document = this.#documents.get(secretId) ?? this.#latest.get(nameIn(secretId));
    const secret = document?.value;
    return secret && isCalled(secret, secretId) && this.#isThere(secret) ? secret : undefined;
  }

  /** @throws {AwsError} `ResourceNotFoundException` */
  find(secretId: string): Secret {
    const secret = this.lookUp(secretId);
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /**
   * Finds a secret that is not scheduled for deletion.
   *
   * @throws {AwsError} `ResourceNotFoundException`, `InvalidRequestException`
   */
  findActive(secretId: string): Secret {
    const secret = this.find(secretId);
    if (secret.deletionMs === null) return secret;
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  add(secret: Secret): void {
    const path = this.#directory && join(this.#directory, fileName(secret));
    const document = new JsonStore<Secret | null>(path, documentSchema, null);
    document.save(secret);
    this.#documents.set(secret.arn, document);
    this.#latest.set(secret.name, document);
  }

  /** Puts what has changed in the place of the secret with the same ARN. */
  change(secret: Secret): void {
    this.#documents.get(secret.arn)?.save({ ...secret, changedMs: this.#nowMs() });
  }

  remove(secret: Secret): void {
    this.#documents.delete(secret.arn);
    this.#latest.delete(secret.name);
    if (this.#directory) rmSync(join(this.#directory, fileName(secret)), { force: true });
  }

  #isThere({ deletionMs }: Secret): boolean {
    return deletionMs === null || this.#nowMs() < deletionMs;
  }
}

const documentSchema = secretSchema.nullable();

/** The name in a `SecretId`: an ARN's last part, which may end in a suffix still, or all of it. */
function nameIn(secretId: string): string {
  return secretId.slice(secretId.lastIndexOf(':') + 1);
}

/** The end of the ARN: two secrets never share it, also not one that was deleted and made anew. */
function fileName({ arn }: Secret): string {
  return `${encodeURIComponent(arn.slice(arn.lastIndexOf(':') + 1))}.json`;
}

function readDocuments(directory: string): Map<string, JsonStore<Secret | null>> {
  mkdirSync(directory, { recursive: true });
  const documents = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => new JsonStore<Secret | null>(join(directory, name), documentSchema, null))
    .flatMap((document) => (document.value ? [{ document, secret: document.value }] : []))
    .sort((a, b) => a.secret.createdMs - b.secret.createdMs);
  return new Map(documents.map(({ document, secret }) => [secret.arn, document]));
}
