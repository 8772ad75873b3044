import * as z from 'zod';
import { JsonStore } from '../../json-store.ts';
import { AwsError } from '../service.ts';
import { isCalled, type Secret, secretSchema } from './secret.ts';

const documentSchema = z.strictObject({ secrets: z.array(secretSchema) });

/** The secrets as they stand. Each change is one synchronous step, so that no two calls overwrite each other's. */
export class SecretStore {
  readonly #document: JsonStore<z.infer<typeof documentSchema>>;
  readonly #nowMs: () => number;

  /** @param path where they are kept; null keeps them in memory */
  constructor(path: string | null, nowMs: () => number) {
    this.#document = new JsonStore(path, documentSchema, { secrets: [] });
    this.#nowMs = nowMs;
  }

  /** Those whose recovery window has not passed, in the order of their creation. */
  get all(): readonly Secret[] {
    const nowMs = this.#nowMs();
    return this.#document.value.secrets.filter(({ deletionMs }) => deletionMs === null || nowMs < deletionMs);
  }

  /** The secret that a `SecretId` means; undefined if there is none. */
  lookUp(secretId: string): Secret | undefined {
    return this.all.find((secret) => isCalled(secret, secretId));
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
    this.#document.save({ secrets: [...this.all, secret] });
  }

  /** Puts what has changed in the place of the secret with the same ARN. */
  change(secret: Secret): void {
    const changed = { ...secret, changedMs: this.#nowMs() };
    const secrets = this.all.map((other) => (other.arn === secret.arn ? changed : other));
    this.#document.save({ secrets });
  }

  remove({ arn }: Secret): void {
    this.#document.save({ secrets: this.all.filter((other) => other.arn !== arn) });
  }
}
