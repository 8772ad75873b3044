import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Twin } from '../../infra/local/twin.ts';
import type { Calls } from './flows.ts';

/** What every HTTP server of this process tells: https://nodejs.org/api/diagnostics_channel.html#http */
const REQUESTS = 'http.server.request.start';

/** What functions have asked of AWS since the twin's journals were cleared. */
export function callsOf({ journal, iam }: Pick<Twin, 'journal' | 'iam'>): Pick<Calls, 'aws' | 'kms'> {
  // The stand-in for DynamoDB fails now and then where a hundred write at once: the SDK asks again, and AWS charges no error.
  const own = journal.entries.filter(({ principal, status }) => principal !== 'operator' && status < 500);
  const aws: Record<string, number> = {};
  for (const { service, operation } of own) {
    const name = `${service}:${nameOf(operation)}`;
    aws[name] = (aws[name] ?? 0) + 1;
  }
  const kms = iam.records.filter(
    ({ principal, action }) => principal !== 'operator' && action.startsWith('kms:'),
  );
  return { aws, kms: kms.length };
}

/** How many of the functions' calls failed on AWS's side, and so were made again. */
export function failedCallsOf({ journal }: Pick<Twin, 'journal'>): number {
  return journal.entries.filter(({ principal, status }) => principal !== 'operator' && status >= 500).length;
}

/** A REST operation by its method: its path holds names of this run. */
function nameOf(operation: string): string {
  return operation.split(' ', 1)[0] ?? operation;
}

export type RequestCount = ReturnType<typeof countRequestsTo>;

/** Counts the requests to a server of this process, until `stop`. */
export function countRequestsTo(port: number) {
  let requests = 0;
  const onRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (request.socket.localPort === port) requests += 1;
  };
  subscribe(REQUESTS, onRequest);
  return {
    count: () => requests,
    reset: () => {
      requests = 0;
    },
    stop: () => unsubscribe(REQUESTS, onRequest),
  };
}
