import type { Replacement } from '../workflows/replace-credential.ts';
import { logBackup } from './backup-log.ts';
import { type EntryLogger, type LogEntry, writeEntry } from './log-entry.ts';

/** Writes what an admin's new credential came to. */
export function logReplacement(logger: EntryLogger, connection: string, replacement: Replacement): void {
  writeEntry(logger, describeReplacement(connection, replacement));
  if (replacement.kind === 'replaced' && replacement.backup)
    logBackup(logger, connection, replacement.backup);
}

/** What a replacement reads like in the log. Holds no secret. */
export function describeReplacement(connection: string, replacement: Replacement): LogEntry {
  switch (replacement.kind) {
    case 'replaced':
    case 'unchanged': {
      const { kind, credential, organizationId, token, repairs } = replacement;
      const { generation, source } = credential;
      const repaired = repairs.length > 0 ? { repairs } : {};
      const fields = {
        connection,
        generation,
        source,
        organizationId,
        expiresAt: token.expiresAt,
        ...repaired,
      };
      return kind === 'replaced'
        ? {
            level: 'info',
            message: 'credential replaced',
            fields: { code: 'CREDENTIAL_REPLACED', ...fields },
          }
        : {
            level: 'info',
            message: 'the credential that was given is the running one',
            fields: { code: 'CREDENTIAL_UNCHANGED', ...fields },
          };
    }
    case 'proven':
      return {
        level: 'info',
        message: 'a credential was proven and, as asked, not kept',
        fields: { code: 'CREDENTIAL_PROVEN', connection, organizationId: replacement.organizationId },
      };
    case 'unfinished':
      return {
        level: 'warn',
        message: 'a new credential is kept safely; the next sweep goes on with it',
        fields: { code: 'CREDENTIAL_STAGED', connection, generation: replacement.generation },
      };
    case 'failed': {
      const { code, failureClass, detail, remedy } = replacement.failure;
      return {
        level: 'warn',
        message: `credential not replaced: ${detail}`,
        fields: { code: 'CREDENTIAL_NOT_REPLACED', connection, failureClass, failureCode: code, remedy },
      };
    }
  }
}
