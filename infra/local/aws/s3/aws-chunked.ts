import { S3Error } from './s3-error.ts';

const LINE_END = '\r\n';

/**
 * Takes a content in chunks apart, as SDKs send what they compute a checksum of on the way. Like the request's, the
 * chunks' signatures are not checked.
 *
 * @throws {S3Error} IncompleteBody, MalformedTrailerError
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeChunks(
  sent: Buffer,
  headers: Readonly<Record<string, string>>,
): { bytes: Buffer; trailer: Record<string, string> } {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const { size, contentStart } = readChunkHead(sent, offset);
    offset = contentStart;
    if (size === 0) break;
    chunks.push(sent.subarray(offset, offset + size));
    offset += size + LINE_END.length;
    if (offset > sent.length) throw incompleteBody();
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== Number(headers['x-amz-decoded-content-length'])) throw incompleteBody();
  return { bytes, trailer: readTrailer(sent.toString('utf8', offset), headers['x-amz-trailer']) };
}

/** `<size in hex>[;chunk-signature=…]` and a line's end. */
function readChunkHead(sent: Buffer, offset: number): { size: number; contentStart: number } {
  const end = sent.indexOf(LINE_END, offset);
  const head = /^(?<size>[0-9a-f]{1,8})(;.*)?$/i.exec(sent.toString('latin1', offset, Math.max(end, offset)));
  if (!head?.groups) throw incompleteBody();
  return { size: Number.parseInt(head.groups.size as string, 16), contentStart: end + LINE_END.length };
}

/** @param announced the headers that must come after the content, comma-separated */
function readTrailer(text: string, announced = ''): Record<string, string> {
  const lines = text.split(LINE_END).filter((line) => line.includes(':'));
  const trailer = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const names = announced.split(',').map((name) => name.trim().toLowerCase());
  if (names.every((name) => name === '' || name in trailer)) return trailer;
  throw new S3Error(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed.',
  );
}

function incompleteBody(): S3Error {
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header.';
  return new S3Error(400, 'IncompleteBody', message);
}
