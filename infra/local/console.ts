import { styleText } from 'node:util';
import * as z from 'zod';

/** Where everything is, for a person or a script. */
export interface TwinAddresses {
  readonly api: string;
  /** The admin console. */
  readonly console: string;
  readonly inbox: string;
  readonly zoho: string;
  /** Where the runbooks are shown. */
  readonly runbooks: string;
  readonly aws: { readonly endpoint: string; readonly region: string };
  readonly adminToken: string;
}

const logLineSchema = z.looseObject({
  level: z.string(),
  message: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
  code: z.string().optional(),
  connection: z.string().optional(),
});

/** One structured line that a function logged. */
export type LogLine = z.infer<typeof logLineSchema>;

/** What Powertools adds to every line, and no reader of the twin's output needs. */
const LOGGER_FIELDS = new Set([
  'level',
  'timestamp',
  'service',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'sampling_rate',
  'xray_trace_id',
]);

/** @returns null for a line that is no structured log */
export function parseLogLine(line: string): LogLine | null {
  try {
    return logLineSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Outcomes of connections, and whatever else is wrong: not the rest of what functions log. */
export function isWorthShowing({ level, code, connection }: LogLine): boolean {
  if (level === 'WARN' || level === 'ERROR' || level === 'CRITICAL') return true;
  return level !== 'DEBUG' && code !== undefined && connection !== undefined;
}

/** One event for a script: the code in camel case, the connection, when, and the line's own fields. */
export function toJsonEvent(line: LogLine): Record<string, unknown> {
  const fields = Object.entries(line).filter(([name]) => !LOGGER_FIELDS.has(name) && name !== 'code');
  return {
    event: line.code ? camelCase(line.code) : 'log',
    connection: line.connection ?? null,
    at: line.timestamp,
    ...Object.fromEntries(fields),
  };
}

/** How to tell a person: `color` only for a terminal. */
export interface RenderOptions {
  readonly color: boolean;
}

const COLUMN = { connection: 14, message: 44 } as const;
const LEVEL_STYLE = { INFO: 'green', WARN: 'yellow', ERROR: 'red', CRITICAL: 'red' } as const;

/** One event as one line: time, connection, what happened, and what follows from it. Times are UTC. */
export function renderLine(line: LogLine, { color }: RenderOptions): string {
  const style = LEVEL_STYLE[line.level as keyof typeof LEVEL_STYLE] ?? 'reset';
  const message = color
    ? styleText(style, pad(line.message, COLUMN.message), { validateStream: false })
    : pad(line.message, COLUMN.message);
  const columns = [clockTime(line.timestamp), pad(line.connection ?? '', COLUMN.connection), message];
  return [...columns, ...consequences(line)].join('  ').trimEnd();
}

/** How a shell is told where everything is, to be read by `. FILE`. */
export function renderShellVariables({
  api,
  zoho,
  aws,
  adminToken,
  outputs,
}: TwinAddresses & { readonly outputs: Readonly<Record<string, string>> }): string {
  return `export API_URL=${api}
export ADMIN_TOKEN=${adminToken}
export ZOHO_URL=${zoho}
export AUDIT_TABLE_NAME=${outputs.AuditTableName} AUDIT_KEY_ID=${outputs.AuditKeyArn}
export AWS_ENDPOINT_URL=${aws.endpoint}
# SDKs read the one, older versions of the AWS CLI the other.
export AWS_REGION=${aws.region} AWS_DEFAULT_REGION=${aws.region}
export AWS_ACCESS_KEY_ID=operator AWS_SECRET_ACCESS_KEY=any
`;
}

/** What a person is told of the start besides the addresses. */
export interface ReadyOptions {
  /** Told only when it is not the real time's. */
  readonly speed: number;
  /** The file with the shell's variables. */
  readonly variablesFile: string;
  /** How long it took to come up. */
  readonly readyAfterMs: number;
  /** The connection to show as an example. */
  readonly connection: string;
}

/** Where everything is, and how to use it, before the first event. */
export function renderReady(
  { api, console, inbox, zoho, runbooks, aws }: TwinAddresses,
  { speed, variablesFile, readyAfterMs, connection }: ReadyOptions,
): string {
  const time = speed === 1 ? '' : `\n  Time           ${speed} × real time while no function runs`;
  return `
  Console        ${console}
  API            ${api}
  Mail inbox     ${inbox}
  Zoho           ${zoho}  (simulator)
  Runbooks       ${runbooks}
  AWS endpoint   ${aws.endpoint}  (${aws.region})${time}

  Ready after ${(readyAfterMs / 1000).toFixed(1)} s.

  In another shell, as an admin and as a consumer:
    . ${variablesFile}
    curl -H "Authorization: Bearer $ADMIN_TOKEN" $API_URL/api/zoho/status
    aws secretsmanager get-secret-value --secret-id zoho/${connection}/access-token

  Ctrl-C stops everything.
`;
}

function consequences(line: LogLine): string[] {
  const labels = {
    expiresAt: 'expires ',
    nextRefreshAt: 'next ',
    health: 'health ',
    consumersFineUntil: 'consumers fine until ',
    nextAttemptAt: 'next try ',
    remedy: '',
  };
  return Object.entries(labels).flatMap(([name, label]) => {
    const value = line[name];
    return typeof value === 'string' ? [`${label}${isInstant(value) ? clockTime(value) : value}`] : [];
  });
}

function isInstant(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(value);
}

function clockTime(iso: string): string {
  return new Date(iso).toISOString().slice(11, 19);
}

function pad(text: string, width: number): string {
  return text.padEnd(width);
}

function camelCase(code: string): string {
  return code.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
