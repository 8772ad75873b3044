import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { JsonStore } from '../../json-store.ts';
import { AwsError } from '../service.ts';
import { KEY_SPECS, type Key, type KeySpec, keySchema, keyStateOf } from './keys.ts';

export interface KeyStoreOptions {
  readonly nowMs: () => number;
  /** Where keys and aliases live; null keeps them in memory. */
  readonly path: string | null;
  readonly region: string;
  readonly accountId: string;
}

const aliasSchema = z.strictObject({
  name: z.string(),
  keyId: z.string(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});

/** Both lists are in order of creation. */
const documentSchema = z.strictObject({ keys: z.array(keySchema), aliases: z.array(aliasSchema) });

export type Alias = z.infer<typeof aliasSchema>;

const AWS_ALIAS_PREFIX = 'alias/aws/';
/** How often a service's own key is rotated. @see https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
const AWS_ROTATION_PERIOD_IN_DAYS = 365;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KEY_ARN = /^arn:aws:kms:([^:]+):\d{12}:key\/(.+)$/;
const ALIAS_ARN = /^arn:aws:kms:[^:]+:\d{12}:(alias\/.+)$/;

/** Whether the name is one of those that AWS keeps for the keys of its services. */
export function isAwsAliasName(name: string): boolean {
  return name.startsWith(AWS_ALIAS_PREFIX);
}

/** The account's keys and aliases, found by every identifier that AWS takes. */
export class KeyStore {
  readonly accountId: string;
  readonly nowMs: () => number;
  readonly #store: JsonStore<z.infer<typeof documentSchema>>;
  readonly #arnPrefix: string;
  readonly #region: string;

  constructor({ nowMs, path, region, accountId }: KeyStoreOptions) {
    this.nowMs = nowMs;
    this.accountId = accountId;
    this.#region = region;
    this.#arnPrefix = `arn:aws:kms:${region}:${accountId}`;
    this.#store = new JsonStore(path, documentSchema, { keys: [], aliases: [] });
  }

  get keys(): readonly Key[] {
    return this.#store.value.keys;
  }

  get aliases(): readonly Alias[] {
    return this.#store.value.aliases;
  }

  keyArn(keyId: string): string {
    return `${this.#arnPrefix}:key/${keyId}`;
  }

  aliasArn(aliasName: string): string {
    return `${this.#arnPrefix}:${aliasName}`;
  }

  /** Saves what was changed in place. */
  save(): void {
    this.#store.save();
  }

  /** Drops the keys whose time has come, each with its aliases. */
  dropDeleted(): void {
    const document = this.#store.value;
    const now = this.nowMs();
    const isGone = ({ deletionAtMs }: Key) => deletionAtMs !== null && deletionAtMs <= now;
    const goneIds = new Set(document.keys.filter(isGone).map(({ id }) => id));
    if (goneIds.size === 0) return;
    document.keys = document.keys.filter(({ id }) => !goneIds.has(id));
    document.aliases = document.aliases.filter(({ keyId }) => !goneIds.has(keyId));
    this.save();
  }

  createKey(properties: { keySpec: KeySpec; description: string; keyManager: 'AWS' | 'CUSTOMER' }): Key {
    const createdAtMs = this.nowMs();
    const isAwsManaged = properties.keyManager === 'AWS';
    const key: Key = {
      ...properties,
      id: randomUUID(),
      material: randomBytes(KEY_SPECS[properties.keySpec].materialBytes).toString('base64'),
      createdAtMs,
      enabled: true,
      deletionAtMs: null,
      rotation: isAwsManaged ? { periodInDays: AWS_ROTATION_PERIOD_IN_DAYS, startedAtMs: createdAtMs } : null,
    };
    this.#store.value.keys.push(key);
    this.save();
    return key;
  }

  /**
   * Finds a key by its id or ARN.
   *
   * @throws {AwsError} NotFoundException
   */
  findKey(idOrArn: string): Key {
    const [, region = this.#region, keyId = idOrArn] = KEY_ARN.exec(idOrArn) ?? [];
    if (region !== this.#region) throw new AwsError('NotFoundException', `Invalid arn ${region}`);
    if (!UUID.test(keyId)) throw new AwsError('NotFoundException', `Invalid keyId '${keyId}'`);
    const key = this.keys.find(({ id }) => id === keyId);
    if (!key) throw new AwsError('NotFoundException', `Key '${this.keyArn(keyId)}' does not exist`);
    return key;
  }

  /**
   * Finds a key that the account may manage: any but those of AWS services.
   *
   * @throws {AwsError} NotFoundException, AccessDeniedException
   */
  findCustomerKey(idOrArn: string): Key {
    const key = this.findKey(idOrArn);
    if (key.keyManager === 'CUSTOMER') return key;
    throw new AwsError('AccessDeniedException', `${this.keyArn(key.id)} is managed by AWS.`);
  }

  /**
   * Finds a key by its id, ARN, alias or alias's ARN. The key behind an alias of AWS comes into being when it is first
   * asked for.
   *
   * @throws {AwsError} NotFoundException
   */
  resolveKey(identifier: string): Key {
    const [, aliasName = identifier] = ALIAS_ARN.exec(identifier) ?? [];
    if (!aliasName.startsWith('alias/')) return this.findKey(identifier);
    if (isAwsAliasName(aliasName) && !this.#knownAlias(aliasName)) this.#createAwsManagedKey(aliasName);
    return this.findKey(this.findAlias(aliasName).keyId);
  }

  /** A key's ARN by its id, ARN, alias or alias's ARN, also when it is gone; undefined for an alias of nothing. */
  arnOf(identifier: string): string | undefined {
    const [, aliasName = identifier] = ALIAS_ARN.exec(identifier) ?? [];
    if (isAwsAliasName(aliasName)) return this.keyArn(this.resolveKey(aliasName).id);
    if (aliasName.startsWith('alias/')) {
      const alias = this.#knownAlias(aliasName);
      return alias && this.keyArn(alias.keyId);
    }
    return identifier.startsWith('arn:') ? identifier : this.keyArn(identifier);
  }

  /** @throws {AwsError} NotFoundException */
  findAlias(name: string): Alias {
    const alias = this.#knownAlias(name);
    if (!alias) throw new AwsError('NotFoundException', `Alias ${this.aliasArn(name)} is not found.`);
    return alias;
  }

  /** @throws {AwsError} AlreadyExistsException */
  createAlias(name: string, keyId: string): void {
    if (this.#knownAlias(name)) {
      throw new AwsError(
        'AlreadyExistsException',
        `An alias with the name ${this.aliasArn(name)} already exists`,
      );
    }
    const nowMs = this.nowMs();
    this.#store.value.aliases.push({ name, keyId, createdAtMs: nowMs, updatedAtMs: nowMs });
    this.save();
  }

  deleteAlias({ name }: Alias): void {
    const document = this.#store.value;
    document.aliases = document.aliases.filter((alias) => alias.name !== name);
    this.save();
  }

  /** @throws {AwsError} KMSInvalidStateException */
  refusePendingDeletion(key: Key): void {
    if (keyStateOf(key) !== 'PendingDeletion') return;
    throw new AwsError('KMSInvalidStateException', `${this.keyArn(key.id)} is pending deletion.`);
  }

  /** @throws {AwsError} KMSInvalidStateException, DisabledException */
  refuseUnlessEnabled(key: Key): void {
    this.refusePendingDeletion(key);
    if (keyStateOf(key) === 'Enabled') return;
    throw new AwsError('DisabledException', `${this.keyArn(key.id)} is disabled.`);
  }

  #knownAlias(name: string): Alias | undefined {
    return this.aliases.find((alias) => alias.name === name);
  }

  #createAwsManagedKey(aliasName: string): void {
    const service = aliasName.slice(AWS_ALIAS_PREFIX.length);
    const description = `Default key that protects my ${service} data when no other key is defined`;
    const key = this.createKey({ keySpec: 'SYMMETRIC_DEFAULT', description, keyManager: 'AWS' });
    this.createAlias(aliasName, key.id);
  }
}
