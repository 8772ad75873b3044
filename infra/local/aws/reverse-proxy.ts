import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { readWhole } from '../read-whole.ts';

const SMALL_BYTES = 256 * 1024;

/** Hands requests on to servers on this machine, over connections that stay open. */
export class ReverseProxy {
  readonly #agent = new Agent({ keepAlive: true });

  /** @param body what is left of the request's body: already read, or still to be streamed */
  async forward(
    origin: string,
    request: IncomingMessage,
    body: Buffer | IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { hostname, port } = new URL(origin);
    const { method, url: path, headers } = request;
    const upstream = httpRequest({ agent: this.#agent, hostname, port, method, path, headers });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve);
      upstream.once('error', reject);
    });
    if (Buffer.isBuffer(body)) upstream.end(body);
    else pipeline(body, upstream).catch((error: Error) => upstream.destroy(error));
    const answer = await answered;
    const { date: _, ...answerHeaders } = answer.headers;
    const isSmall = Number(answerHeaders['content-length']) <= SMALL_BYTES;
    // In one piece, where that can be: most answers are small, and a pipeline costs more than the call.
    const whole = isSmall ? await readWhole(answer) : null;
    response.writeHead(answer.statusCode ?? 502, answerHeaders);
    if (whole) response.end(whole);
    else await pipeline(answer, response);
  }

  close(): void {
    this.#agent.destroy();
  }
}
