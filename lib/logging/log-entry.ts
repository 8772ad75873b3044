import type { Logger } from '@aws-lambda-powertools/logger';

/** One structured log line. `code` is stable: alarms and people may rely on it. Holds no secret. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> & { readonly code: string; readonly connection: string };
}

/** Where lines are written. */
export type EntryLogger = Pick<Logger, LogEntry['level']>;

export function writeEntry(logger: EntryLogger, { level, message, fields }: LogEntry): void {
  logger[level](message, fields);
}
