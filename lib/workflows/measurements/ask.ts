import { AuditUnavailableError } from '../../audit/errors.ts';
import { awsErrorName, isAwsTrouble } from '../../aws/errors.ts';
import { KeeperError } from '../../domain/errors.ts';
import type { Failure } from '../../domain/failure.ts';
import { BackupUnusableError } from '../../vault/backup-faults.ts';
import { SecretUnusableError } from '../../vault/secret-document.ts';
import { storeFailure } from '../failures.ts';

const CHECK_AGAIN = 'POST /api/zoho/health-check checks again.';
const TABLE_LOST =
  'If the table is gone, make it again under the same name (docs/runbooks/table-or-bucket-lost.md).';
const MISSING = new Set(['ResourceNotFoundException', 'NotFoundException']);

/** AWS could not be asked about something. `description` says what is wrong, `remedy` what to do. */
export class NotMeasuredError extends KeeperError {
  readonly code = 'NOT_MEASURED';
  readonly description: string;
  readonly remedy: string;

  constructor(description: string, remedy: string, options?: ErrorOptions) {
    super(`${description} ${remedy}`, options);
    this.description = description;
    this.remedy = remedy;
  }
}

/**
 * Asks AWS about something. Whatever it throws is told as a fault of that thing; the keeper's own errors say as much
 * already.
 *
 * @param what such as `the state table`
 */
export async function ask<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof KeeperError) throw cause;
    const name = awsErrorName(cause);
    if (MISSING.has(name)) {
      throw new NotMeasuredError(`There is no such thing as ${what}.`, `${TABLE_LOST} ${CHECK_AGAIN}`, {
        cause,
      });
    }
    throw isAwsTrouble(cause)
      ? new NotMeasuredError(
          `AWS had trouble with ${what}: ${name}.`,
          `${CHECK_AGAIN} If it lasts, look at the AWS Health Dashboard.`,
          { cause },
        )
      : new NotMeasuredError(
          `AWS refuses ${what}: ${name}.`,
          `Check the role of the health check's function, and who may use ${what}. ${CHECK_AGAIN}`,
          { cause },
        );
  }
}

/** Why a check could not be made, for people. */
export function unmeasuredFailure(fault: unknown): Failure {
  const failure = storeFailure(fault);
  if (fault instanceof NotMeasuredError) {
    return { ...failure, detail: fault.description, remedy: fault.remedy };
  }
  if (fault instanceof AuditUnavailableError) {
    return { ...failure, remedy: `${TABLE_LOST} ${CHECK_AGAIN}` };
  }
  const saysWhatToDo = fault instanceof SecretUnusableError || fault instanceof BackupUnusableError;
  if (saysWhatToDo) return failure;
  return fault instanceof KeeperError
    ? { ...failure, remedy: CHECK_AGAIN }
    : {
        ...failure,
        detail: `This could not be found out: ${awsErrorName(fault)}.`,
        remedy: `${CHECK_AGAIN} If it lasts, see the log of the health check.`,
      };
}
