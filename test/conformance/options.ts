import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Endpoint } from './cloud.ts';
import { IMPLEMENTATIONS, type Implementation, SETTLING_MS } from './deviations.ts';

export const HELP = `Usage: npm run test:conformance -- --endpoint URL [options]

Checks that an implementation of AWS (Secrets Manager, KMS, DynamoDB, S3, SES) does what this system relies on. It makes
secrets, keys, a table and buckets, and deletes them again; keys go after 7 days. On AWS itself this costs a few cents.

  --endpoint URL         where it answers, such as http://127.0.0.1:5000; or "aws" for AWS itself
  --implementation NAME  whose known deviations are allowed for: moto, twin, or aws, which has none (the default)
  --sender ADDRESS       an address that mail may be sent from; without it, one is verified
  --help                 prints this

Region and credentials are those of AWS_REGION (or AWS_DEFAULT_REGION), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
AWS_SESSION_TOKEN.
`;

/** What a run of the suite is about. */
export interface ConformanceRun {
  readonly implementation: Implementation;
  readonly endpoint: Endpoint;
}

/** The command line, the environment or the endpoint cannot be used. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

const AWS = 'aws';
const REACH_TIMEOUT_MS = 10_000;

const environmentSchema = z
  .object({
    AWS_REGION: z.string().optional(),
    AWS_DEFAULT_REGION: z.string().optional(),
    AWS_ACCESS_KEY_ID: z.string({ error: 'is not set' }),
    AWS_SECRET_ACCESS_KEY: z.string({ error: 'is not set' }),
    AWS_SESSION_TOKEN: z.string().optional(),
  })
  .transform(({ AWS_REGION, AWS_DEFAULT_REGION, ...keys }) => ({
    ...keys,
    region: AWS_REGION ?? AWS_DEFAULT_REGION,
  }))
  .refine(({ region }) => region !== undefined, { error: 'is not set', path: ['AWS_REGION'] });

/**
 * @returns null when only help is asked for
 * @throws {UsageError}
 */
export function parseCommandLine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): ConformanceRun | null {
  const { endpoint, implementation, sender, help } = parse(args);
  if (help) return null;
  if (endpoint === undefined) throw new UsageError('--endpoint URL is missing; see --help');
  const isUrl = endpoint === AWS || /^https?:$/.test(URL.parse(endpoint)?.protocol ?? '');
  if (!isUrl)
    throw new UsageError(`--endpoint is "${endpoint}", but expected an http or https URL, or "aws"`);
  const named = z.enum(IMPLEMENTATIONS).safeParse(implementation);
  if (!named.success) {
    throw new UsageError(
      `--implementation is "${implementation}", but expected ${IMPLEMENTATIONS.join(', ')}`,
    );
  }
  const url = endpoint === AWS ? null : endpoint;
  const settlingMs = SETTLING_MS[named.data];
  return {
    implementation: named.data,
    endpoint: { ...readEnvironment(environment), url, sender: sender ?? null, settlingMs },
  };
}

/** @throws {UsageError} when nothing answers there */
export async function assertReachable({ url }: Endpoint): Promise<void> {
  if (url === null) return;
  try {
    await fetch(url, { signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
  } catch (cause) {
    throw new UsageError(`nothing answers at ${url}`, { cause });
  }
}

function readEnvironment(environment: NodeJS.ProcessEnv): Pick<Endpoint, 'region' | 'credentials'> {
  const { data, error } = environmentSchema.safeParse(environment);
  if (!data) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new UsageError(`${problems.join('; ')} in the environment; see --help`);
  }
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, region } = data;
  return {
    region: region as string,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      endpoint: { type: 'string' },
      implementation: { type: 'string', default: AWS },
      sender: { type: 'string' },
      help: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split('. ')[0]}; see --help`, { cause });
  }
}
