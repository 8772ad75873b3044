import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Answer } from './gateway-responses.ts';

/**
 * An answer as a client gets it that takes gzip.
 *
 * @param fromBytes how large a body has to be
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
 */
export function compressFor(
  { headers: { 'accept-encoding': accepted = '' } }: Pick<IncomingMessage, 'headers'>,
  answer: Answer,
  fromBytes: number,
): Answer {
  if (!/\bgzip\b/.test(String(accepted)) || Buffer.byteLength(answer.body) < fromBytes) return answer;
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': 'gzip' },
    body: gzipSync(answer.body),
  };
}
