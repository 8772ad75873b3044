import { awsErrorName } from '../aws/errors.ts';
import { KeeperError } from '../domain/errors.ts';

/** The audit table gave no usable answer. What was to be written may stand all the same. */
export class AuditUnavailableError extends KeeperError {
  readonly code = 'AUDIT_UNAVAILABLE';

  static byAws(tableName: string, cause: unknown): AuditUnavailableError {
    return new AuditUnavailableError(
      `The audit table ${tableName} cannot be used: ${awsErrorName(cause)}. Check that it exists, that the caller's role may use it, and the AWS Health Dashboard.`,
      { cause },
    );
  }
}

/** Too many wrote to one chain at once, and this entry never had its turn. Nothing of it was written. */
export class AuditContendedError extends KeeperError {
  readonly code = 'AUDIT_CONTENDED';
}
