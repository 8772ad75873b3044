import { Readable } from 'node:stream';
import { BucketStore } from '../../../infra/local/aws/s3/bucket-store.ts';
import { createS3Server } from '../../../infra/local/aws/s3/s3.ts';
import type { WireAnswer } from './journey.ts';

/** A request of an S3 client's. */
export interface ObjectRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An S3 that is called without a socket: the twin's own request handler, given what it reads of a request. */
export interface Objects {
  readonly buckets: BucketStore;
  call(request: ObjectRequest): Promise<WireAnswer>;
}

export function openObjects(nowMs: () => number): Objects {
  const buckets = new BucketStore(null, nowMs);
  const server = createS3Server(buckets);
  const call = ({ body, ...request }: ObjectRequest) =>
    new Promise<WireAnswer>((resolve) => {
      const message = Object.assign(Readable.from(body.length > 0 ? [Buffer.from(body)] : []), request);
      server.emit('request', message, responseThat(resolve));
    });
  return { buckets, call };
}

/** As much of a server's response as the twin's S3 uses. */
function responseThat(answer: (answer: WireAnswer) => void) {
  let head: Pick<WireAnswer, 'status' | 'headers'> = { status: 200, headers: {} };
  return {
    writeHead(status: number, headers: Record<string, unknown>) {
      const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      head = { status, headers: Object.fromEntries(texts) };
    },
    end(body: string | Buffer = '') {
      answer({ ...head, body: body.toString() });
    },
    destroy() {},
  };
}
