import type { ChainVerification } from '../../lib/audit/chain-verification.ts';
import { AuditUnavailableError } from '../../lib/audit/errors.ts';
import { SealUnavailableError } from '../../lib/audit/seal.ts';

/** One chain's line. */
export function describeChain(connection: string, verification: ChainVerification): string {
  switch (verification.kind) {
    case 'intact':
      return `${connection}  ${describeIntact(verification)}  ok`;
    case 'faulty': {
      const { kind, sequence, found, remedy } = verification.fault;
      return `${connection}  FAULT (${kind}): entry ${sequence} ${found}. ${remedy}`;
    }
  }
}

function describeIntact({ entries, sealed }: Extract<ChainVerification, { kind: 'intact' }>): string {
  if (entries === 0) return 'no entries';
  const count = `${format(entries)} ${entries === 1 ? 'entry' : 'entries'}`;
  return sealed === null
    ? `${count}, not sealed yet`
    : `${count}, sealed up to ${format(sealed.sequence)} (${sealed.at})`;
}

/** Why nothing could be looked at, in one sentence. */
export function explain(error: unknown, table: string | null): string {
  const { message, cause } = error as Error;
  const isOfAws = error instanceof AuditUnavailableError || error instanceof SealUnavailableError;
  return isOfAws && cause instanceof Error ? explainAws(cause, table, message) : message;
}

function explainAws(cause: Error & { code?: unknown }, table: string | null, message: string): string {
  if (cause.name === 'CredentialsProviderError') {
    return 'there are no AWS credentials. Sign in to AWS, or read the twin’s addresses by ". .local/env".';
  }
  if (cause.message === 'Region is missing') {
    return 'no AWS region is set. Set AWS_REGION, or read the twin’s addresses by ". .local/env".';
  }
  if (cause.name === 'ResourceNotFoundException') {
    return `there is no table ${table} in this account and region. Name it with --table: it is the stack's output AuditTableName.`;
  }
  if (cause.code === 'ECONNREFUSED') {
    return 'nothing answers at AWS_ENDPOINT_URL. Is the twin running ("npm start")?';
  }
  return cause.message === '' ? message : `${message} AWS says: ${cause.message}`;
}

function format(count: number): string {
  return count.toLocaleString('en-US');
}
