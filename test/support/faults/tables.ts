import { EventEmitter } from 'node:events';
import type { WireAnswer } from './journey.ts';

const SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** A DynamoDB that is called without a socket. */
export interface Tables {
  call(operation: string, body: string): Promise<WireAnswer>;
}

/** Dynalite's own request handler, given what it reads of a request. */
export async function dynaliteTables(): Promise<Tables> {
  const { default: dynalite } = await import('dynalite');
  const server: EventEmitter = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const call = (operation: string, body: string) =>
    new Promise<WireAnswer>((resolve) => {
      const request = Object.assign(new EventEmitter(), {
        method: 'POST',
        url: '/',
        headers: headersOf(operation),
      });
      server.emit('request', request, responseThat(resolve));
      request.emit('data', Buffer.from(body));
      request.emit('end');
    });
  return { call };
}

function headersOf(operation: string): Record<string, string> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: SIGNATURE,
  };
}

/** As much of a server's response as dynalite uses. */
function responseThat(answer: (answer: WireAnswer) => void) {
  return {
    statusCode: 200,
    contentType: '',
    setHeader() {},
    end(body: string) {
      answer({ status: this.statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body });
    },
  };
}
