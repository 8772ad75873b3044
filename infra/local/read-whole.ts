import type { IncomingMessage } from 'node:http';

/**
 * Reads a message to its end. Node's own ways, by an iterator or by a blob, take longer than the rest of a small call.
 *
 * @throws when the other side breaks off
 */
export function readWhole(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    message.once('error', reject);
    message.once('close', () => reject(new Error('the message broke off before its end')));
  });
}
