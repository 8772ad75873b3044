import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { defaultConfigurationPath } from '../../infra/local/options.ts';
import { AuditTable } from '../../lib/audit/audit-table.ts';
import { type ChainVerification, verifyChain } from '../../lib/audit/chain-verification.ts';
import { verifySeal } from '../../lib/audit/seal.ts';
import { readConfiguration } from '../../lib/config/configuration.ts';
import { UNATTRIBUTED } from '../../lib/domain/audit-entry.ts';
import { HELP, parseOptions, type VerifyOptions } from './options.ts';
import { describeChain, explain } from './report.ts';

export const INTACT = 0;
export const FAULTY = 1;
export const NOT_LOOKED = 2;

/** Where the lines go. */
export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/**
 * Verifies the audit's chains, one after the other, with a line for each.
 *
 * @returns the exit code
 */
export async function runAuditVerify(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  let table: string | null = null;
  let isFaulty = false;
  try {
    const options = parseOptions(args, env);
    if (options === 'help') {
      out(HELP.trimEnd());
      return INTACT;
    }
    table = options.table;
    const chains = chainsOf(options);
    const width = Math.max(...chains.map(({ length }) => length));
    const verify = createVerifier(options);
    for (const connection of chains) {
      const verification = await verify(connection);
      isFaulty ||= verification.kind === 'faulty';
      out(describeChain(connection.padEnd(width), verification));
    }
  } catch (error) {
    err(`Cannot verify the audit: ${explain(error, table)}`);
    return isFaulty ? FAULTY : NOT_LOOKED;
  }
  return isFaulty ? FAULTY : INTACT;
}

function chainsOf({ connection, configuration }: VerifyOptions): readonly string[] {
  if (connection !== null) return [connection];
  const path = configuration ?? defaultConfigurationPath(resolve('cdk.json'));
  return [...readConfiguration(path).connections.map(({ id }) => id), UNATTRIBUTED];
}

/** With the SDK's whole chain of credential sources: whoever runs this is a person, or a build. */
function createVerifier({
  table,
  keys,
  acceptUnsealedBeforeMs: unsealedAcceptedBeforeMs,
}: VerifyOptions): (connection: string) => Promise<ChainVerification> {
  const bounded = { maxAttempts: 3, requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 } };
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(bounded), {
    // A number that nobody of ours wrote must not keep the rest from being read.
    unmarshallOptions: { wrapNumbers: Number },
  });
  const kms = new KMSClient(bounded);
  const audit = new AuditTable(dynamodb, table);
  return (connection) =>
    verifyChain(connection, audit.readChain(connection), {
      nowMs: Date.now(),
      unsealedAcceptedBeforeMs,
      verifySeal: (chain, seal) => verifySeal(kms, keys, chain, seal),
    });
}
