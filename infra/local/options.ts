import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';

export const HELP = `Usage: npm start -- [options]

Brings the whole system up on this machine: the API, the functions and their schedules, AWS's services and a simulated
Zoho.

  --port N              where the API listens (default 3000)
  --speed N             how many seconds pass in one real second while no function runs (default 1)
  --fresh               forgets what earlier runs left in .local/
  --json                prints one JSON object per line
  --configuration FILE  the connections (default: the context "configuration" of cdk.json)
  --help                prints this
`;

/** What the command line asks for. */
export interface CommandLine {
  readonly port: number;
  readonly speed: number;
  readonly fresh: boolean;
  readonly json: boolean;
  /** Null: as cdk.json says. */
  readonly configuration: string | null;
  readonly help: boolean;
}

/** The command line, or what it names, cannot be used. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

const MAX_SPEED = 3600;
const portSchema = z.coerce.number().int().min(0).max(65_535);
const speedSchema = z.coerce.number().positive().max(MAX_SPEED);

/** @throws {UsageError} */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parse(args);
  return {
    port: check('--port', portSchema, values.port, 'a port from 0 (any free one) to 65535'),
    speed: check('--speed', speedSchema, values.speed, `a number above 0, up to ${MAX_SPEED}`),
    fresh: values.fresh,
    json: values.json,
    configuration: values.configuration ?? null,
    help: values.help,
  };
}

const cdkJsonSchema = z.object({ context: z.object({ configuration: z.string() }) });

/**
 * The configuration's path as cdk.json names it.
 *
 * @throws {UsageError} when cdk.json is missing or names none
 */
export function defaultConfigurationPath(cdkJsonPath: string): string {
  try {
    return cdkJsonSchema.parse(JSON.parse(readFileSync(cdkJsonPath, 'utf8'))).context.configuration;
  } catch (cause) {
    throw new UsageError(
      `${cdkJsonPath} does not name a configuration in its context; give one with --configuration FILE`,
      { cause },
    );
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '3000' },
        speed: { type: 'string', default: '1' },
        fresh: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        configuration: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split('. ')[0]}; see --help`, { cause });
  }
}

function check<T>(flag: string, schema: z.ZodType<T>, value: string, expected: string): T {
  const result = schema.safeParse(value === '' ? undefined : value);
  if (result.success) return result.data;
  throw new UsageError(`${flag} is "${value}", but expected ${expected}`);
}
