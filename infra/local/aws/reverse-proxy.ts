import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

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
    response.writeHead(answer.statusCode ?? 502, answerHeaders);
    await pipeline(answer, response);
  }

  close(): void {
    this.#agent.destroy();
  }
}
