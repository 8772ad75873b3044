import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { type Configuration, readConfiguration } from './configuration.ts';
import { parseEnvironment } from './parse-environment.ts';

const environmentSchema = z.object({
  STATE_TABLE_NAME: z.string().check(z.minLength(1)),
  AUDIT_TABLE_NAME: z.string().check(z.minLength(1)),
  /** The configuration's file, beside the function's code: an environment variable has no room for 200 connections. */
  CONFIGURATION_FILE: z.string().check(z.minLength(1)),
  /** Set by Lambda: where the function's code lies. */
  LAMBDA_TASK_ROOT: z.string().check(z.minLength(1)),
});

/** What a function is told by its environment. */
export interface Environment {
  readonly stateTableName: string;
  readonly auditTableName: string;
  readonly configuration: Configuration;
}

/**
 * Reads a function's environment and the configuration that it points to.
 *
 * @throws {EnvironmentError} naming each variable that is missing
 * @throws {ConfigurationError} for a file that cannot be read or is no valid configuration
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const { STATE_TABLE_NAME, AUDIT_TABLE_NAME, CONFIGURATION_FILE, LAMBDA_TASK_ROOT } = parseEnvironment(
    env,
    environmentSchema,
  );
  return {
    stateTableName: STATE_TABLE_NAME,
    auditTableName: AUDIT_TABLE_NAME,
    configuration: readConfiguration(resolve(LAMBDA_TASK_ROOT, CONFIGURATION_FILE)),
  };
}

/** Where backups are kept. */
export interface BackupStoreNames {
  readonly backupTableName: string;
  readonly backupBucketName: string;
}

/** Where backups are kept, and under which keys they and the secrets are. */
export interface VaultEnvironment extends BackupStoreNames {
  /** The ARN of the key that the secrets are made with. */
  readonly primaryKeyId: string;
  /** The ARN of the key that the backups are encrypted under. */
  readonly backupKeyId: string;
}

const backupStoresSchema = z.object({
  BACKUP_TABLE_NAME: z.string().check(z.minLength(1)),
  BACKUP_BUCKET_NAME: z.string().check(z.minLength(1)),
});
const vaultEnvironmentSchema = z.extend(backupStoresSchema, {
  PRIMARY_KEY_ID: z.string().check(z.minLength(1)),
  BACKUP_KEY_ID: z.string().check(z.minLength(1)),
});

/**
 * What a function that lists backups is told besides.
 *
 * @throws {EnvironmentError} naming each variable that is missing
 */
export function readBackupStores(env: NodeJS.ProcessEnv): BackupStoreNames {
  const { BACKUP_TABLE_NAME, BACKUP_BUCKET_NAME } = parseEnvironment(env, backupStoresSchema);
  return { backupTableName: BACKUP_TABLE_NAME, backupBucketName: BACKUP_BUCKET_NAME };
}

/**
 * What a function that works with credentials is told besides.
 *
 * @throws {EnvironmentError} naming each variable that is missing
 */
export function readVaultEnvironment(env: NodeJS.ProcessEnv): VaultEnvironment {
  const { PRIMARY_KEY_ID, BACKUP_KEY_ID, ...stores } = parseEnvironment(env, vaultEnvironmentSchema);
  return {
    primaryKeyId: PRIMARY_KEY_ID,
    backupKeyId: BACKUP_KEY_ID,
    backupTableName: stores.BACKUP_TABLE_NAME,
    backupBucketName: stores.BACKUP_BUCKET_NAME,
  };
}

/**
 * The address that Zoho redirects to after a consent, exactly as it is to be registered with each client.
 *
 * @throws {EnvironmentError} when it is missing or no URL
 */
export function readRedirectUri(env: NodeJS.ProcessEnv): string {
  return parseEnvironment(env, z.object({ REDIRECT_URI: z.url() })).REDIRECT_URI;
}

/**
 * The ARN of the key that seals the audit, which only those are told of that seal it or check the seals.
 *
 * @throws {EnvironmentError} when it is missing
 */
export function readAuditKeyId(env: NodeJS.ProcessEnv): string {
  return parseEnvironment(env, z.object({ AUDIT_KEY_ID: z.string().check(z.minLength(1)) })).AUDIT_KEY_ID;
}

/**
 * Where the admin API is, as e-mails name it.
 *
 * @returns without a slash at its end
 * @throws {EnvironmentError} when it is missing or no URL
 */
export function readApiUrl(env: NodeJS.ProcessEnv): string {
  return parseEnvironment(env, z.object({ API_URL: z.url() })).API_URL.replace(/\/$/, '');
}
