import type { FunctionError } from './messages.ts';

/** One line that Lambda itself writes to a function's log, in the shape in which the functions write theirs. */
export function platformLogLine(code: string, message: string, atMs: number): string {
  return JSON.stringify({ level: 'ERROR', message, code, timestamp: new Date(atMs).toISOString() });
}

export function describeError({ errorType, errorMessage }: FunctionError): string {
  return `${errorType}: ${errorMessage}`;
}
