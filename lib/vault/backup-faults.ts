import { awsErrorName, isAwsTrouble } from '../aws/errors.ts';
import { KeeperError } from '../domain/errors.ts';

export type BackupFaultCode =
  | 'BACKUP_EMPTY'
  /** Cut off, or no envelope at all. */
  | 'BACKUP_NOT_JSON'
  | 'BACKUP_NEWER_FORMAT'
  | 'BACKUP_INVALID'
  | 'BACKUP_OTHER_CONNECTION'
  | 'BACKUP_OTHER_GENERATION'
  /** Something in it was changed after it was sealed. */
  | 'BACKUP_TAMPERED'
  /** The key is disabled, gone, or not for this caller. */
  | 'BACKUP_KEY_UNUSABLE'
  | 'BACKUP_STORE_MISSING'
  | 'BACKUP_REFUSED'
  /** AWS had trouble: a moment later it may be read. */
  | 'BACKUP_UNREADABLE';

/**
 * A backup, or the store of backups, cannot be used. The message names it, what is wrong and what to do; it never quotes
 * the content.
 */
export class BackupUnusableError extends KeeperError {
  readonly code: BackupFaultCode;
  /** What is wrong, naming the backup. */
  readonly description: string;
  /** What to do. */
  readonly remedy: string;

  constructor(code: BackupFaultCode, description: string, remedy: string, options?: ErrorOptions) {
    super(`${description} ${remedy}`, options);
    this.code = code;
    this.description = description;
    this.remedy = remedy;
  }
}

const MISSING = new Set(['ResourceNotFoundException', 'NoSuchBucket']);

/**
 * What a store of backups threw, told as a fault of that store.
 *
 * @param where such as `the backup table zoho-backups`
 */
export function storeFault(where: string, cause: unknown): BackupUnusableError {
  const name = awsErrorName(cause);
  if (isAwsTrouble(cause)) {
    return new BackupUnusableError(
      'BACKUP_UNREADABLE',
      `AWS had trouble with ${where}: ${name}.`,
      'It is tried again by itself. If it lasts, look at the AWS Health Dashboard.',
      { cause },
    );
  }
  if (MISSING.has(name)) {
    return new BackupUnusableError(
      'BACKUP_STORE_MISSING',
      `There is no such thing as ${where}.`,
      'Make it again under the same name (docs/runbooks/table-or-bucket-lost.md). The keeper then fills it by itself.',
      { cause },
    );
  }
  return new BackupUnusableError(
    'BACKUP_REFUSED',
    `AWS refuses ${where}: ${name}.`,
    "Check the function's role and the policy of the store.",
    { cause },
  );
}

/** Runs a call to a store of backups; whatever it throws is told as a fault of that store. */
export async function inStore<T>(where: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw cause instanceof BackupUnusableError ? cause : storeFault(where, cause);
  }
}

/** What is no fault of a backup is one of ours, and no recovery may end by it. */
export function asBackupFault(error: unknown): BackupUnusableError {
  if (error instanceof BackupUnusableError) return error;
  const name = error instanceof Error ? error.name : 'UnknownError';
  return new BackupUnusableError('BACKUP_INVALID', `A backup could not be read: ${name}.`, 'See the logs.', {
    cause: error,
  });
}
