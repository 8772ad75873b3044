import type { BucketStore } from './bucket-store.ts';
import type { S3Request } from './request.ts';

export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** XML, or an object's content. */
  readonly body?: string | Buffer;
}

/** One operation of S3. @throws {S3Error} */
export type Operation = (request: S3Request, store: BucketStore) => S3Response;
