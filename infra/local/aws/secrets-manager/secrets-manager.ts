import { randomInt } from 'node:crypto';
import { OPERATOR } from '../access-keys.ts';
import { AwsError, type AwsService } from '../service.ts';
import { Envelope } from './envelope.ts';
import { createListOperations } from './list-secrets.ts';
import { createManageOperations } from './manage-secrets.ts';
import type { Operation } from './operation.ts';
import { createReadOperations } from './read-values.ts';
import { findStage } from './secret.ts';
import { SecretStore } from './secret-store.ts';
import { createWriteOperations } from './write-values.ts';

const ARN_SUFFIX_LENGTH = 6;
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface SecretsManagerOptions {
  readonly nowMs: () => number;
  /** The folder where the secrets are kept, their values encrypted; null keeps them in memory. */
  readonly path: string | null;
  readonly region: string;
  readonly accountId: string;
  /** Makes and opens the data keys that values are encrypted with. */
  readonly kms: { readonly service: AwsService };
}

/**
 * The stand-in for AWS Secrets Manager: secrets, versions and staging labels, without rotation, replication and resource
 * policies. An operation or a parameter that it does not know is refused.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export class SecretsManager {
  readonly #secrets: SecretStore;
  readonly #kms: AwsService;
  readonly #operations: ReadonlyMap<string, Operation>;

  constructor({ nowMs, path, region, accountId, kms }: SecretsManagerOptions) {
    this.#secrets = new SecretStore(path, nowMs);
    this.#kms = kms.service;
    const newArn = (name: string) =>
      `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${randomSuffix()}`;
    const context = { secrets: this.#secrets, nowMs, newArn };
    this.#operations = new Map(
      Object.entries({
        ...createWriteOperations(context),
        ...createReadOperations(context),
        ...createListOperations(context),
        ...createManageOperations(context),
      }),
    );
  }

  /** Answers a call; bound, so that it may be passed around. */
  readonly service: AwsService = async ({ operation, input, principal }) => {
    const answer = this.#operations.get(operation);
    if (!answer) {
      throw new AwsError(
        'UnknownOperationException',
        `The twin's Secrets Manager does not know ${operation}.`,
      );
    }
    return answer(input, new Envelope(this.#kms, principal));
  };

  /** The ARN of a secret that stands, by any `SecretId`. */
  arnOf(secretId: string): string | undefined {
    return this.#secrets.lookUp(secretId)?.arn;
  }

  /** As the operator: creates a secret that is missing, and stores the value, if one is given, unless one is current. */
  async ensureSecret({ name, secretString }: { name: string; secretString?: string }): Promise<void> {
    const call = (operation: string, input: object) =>
      this.service({ operation, input, principal: OPERATOR });
    if (!this.#secrets.lookUp(name)) await call('CreateSecret', { Name: name });
    if (secretString === undefined || findStage(this.#secrets.find(name), 'AWSCURRENT')) return;
    await call('PutSecretValue', { SecretId: name, SecretString: secretString });
  }
}

function randomSuffix(): string {
  return Array.from({ length: ARN_SUFFIX_LENGTH }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join(
    '',
  );
}
