import { parseArgs } from 'node:util';
import * as z from 'zod';

export const HELP = `Usage: npm run audit:verify -- [options]

Walks the audit chains, from the first entry to the last, and says of each whether anything was changed, removed or
joined. It only reads. After ". .local/env" it looks at the twin, otherwise at AWS with your own credentials.

  --connection ID       only this connection's chain (default: those of the configuration, and _unattributed)
  --table NAME          the audit table (default: $AUDIT_TABLE_NAME; the stack's output AuditTableName)
  --key ARN             a key whose seals are ours, as often as there are such keys (default: $AUDIT_KEY_ID; the
                        stack's output AuditKeyArn)
  --accept-unsealed-before TIME
                        what was written before need not have been sealed within 48 hours: you know why it was not
  --configuration FILE  the connections (default: the context "configuration" of cdk.json)
  --help                prints this

Ends with 0 when every chain is intact, with 1 for a fault, and with 2 when it could not look.
`;

/** What is to be verified, and against what. */
export interface VerifyOptions {
  /** Null: every connection's of the configuration. */
  readonly connection: string | null;
  readonly table: string;
  /** ARNs. */
  readonly keys: readonly string[];
  readonly acceptUnsealedBeforeMs: number | null;
  /** Null: as cdk.json says. */
  readonly configuration: string | null;
}

/** The command line cannot be used. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

const keyArnSchema = z.string().regex(/^arn:[^:]+:kms:[^:]+:\d+:key\/.+$/);
const timeSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/**
 * @param env names the table and the key where the command line does not
 * @returns `help` when that is asked for
 * @throws {UsageError}
 */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): VerifyOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const time = values['accept-unsealed-before'];
  return {
    connection: values.connection ?? null,
    table: required(values.table ?? env.AUDIT_TABLE_NAME, 'the audit table', '--table NAME'),
    keys: (values.key ?? [required(env.AUDIT_KEY_ID, 'the key of the seals', '--key ARN')]).map(checkKey),
    acceptUnsealedBeforeMs: time === undefined ? null : Date.parse(checkTime(time)),
    configuration: values.configuration ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        connection: { type: 'string' },
        table: { type: 'string' },
        key: { type: 'string', multiple: true },
        'accept-unsealed-before': { type: 'string' },
        configuration: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split('. ')[0]}; see --help`, { cause });
  }
}

function required(value: string | undefined, what: string, option: string): string {
  if (value) return value;
  throw new UsageError(
    `nothing names ${what}: give ${option} from the stack's outputs, or read the twin's addresses by ". .local/env"`,
  );
}

function checkKey(key: string): string {
  if (keyArnSchema.safeParse(key).success) return key;
  throw new UsageError(`the key is "${key}", but expected the ARN of a KMS key, arn:aws:kms:…:key/…`);
}

function checkTime(time: string): string {
  if (timeSchema.safeParse(time).success) return time;
  throw new UsageError(
    `--accept-unsealed-before is "${time}", but expected a time such as 2026-11-28 or 2026-11-28T06:00:00Z`,
  );
}
