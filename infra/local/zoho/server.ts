import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, html, json } from './answer.ts';
import type { SimulatorContext } from './context.ts';
import { answerControl, isControl } from './control.ts';
import type { Fault } from './faults.ts';
import type { Operations } from './operations.ts';
import { readRequest, UnreadableRequestError } from './request.ts';
import { answerCall, notFound, routeZohoCall } from './router.ts';
import { startPage } from './start-page.ts';
import type { DataCenterCode } from './state.ts';

export interface DataCenterServer {
  /** Such as `http://127.0.0.1:49152`. */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Opens one data centre on a loopback port.
 *
 * @param port 0 takes any free one
 * @throws what `listen` fails with, such as `EADDRINUSE`
 */
export async function openDataCenterServer(
  context: SimulatorContext,
  operations: Operations,
  dataCenter: DataCenterCode,
  port: number,
): Promise<DataCenterServer> {
  const server = createServer((incoming, response) => {
    // A client may leave at any moment; that is no fault of the simulator.
    response.on('error', () => response.destroy());
    handle(context, operations, dataCenter, incoming, response).catch((error: unknown) =>
      fail(response, error),
    );
  });
  await listen(server, port);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.origins.set(dataCenter, origin);
  return { origin, close: () => close(server) };
}

async function handle(
  context: SimulatorContext,
  operations: Operations,
  dataCenter: DataCenterCode,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming, dataCenter, context.origins.get(dataCenter) ?? '');
  if (isControl(request)) return send(response, await answerControl(context, operations, request));
  if (request.method === 'GET' && request.url.pathname === '/') {
    return send(response, html(startPage(context)));
  }
  const call = await routeZohoCall(context, request);
  if (!call) return send(response, notFound());
  response.once('close', () => call.ended?.());
  const fault = context.faults.take(call.group, call.subject, context.nowMs());
  const answer = answerCall(call, fault);
  call.decided?.(fault);
  // A token that a client has seen must not be forgotten by a crash.
  if (request.method === 'POST') await context.state.saveTogether(context.nowMs());
  if (!answer) response.destroy();
  else if (fault?.kind === 'slow') await sendSlowly(response, answer, fault);
  else send(response, answer);
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

/** Waits in real time, then answers: at once, or byte by byte. Gives up when the client has gone. */
async function sendSlowly(
  response: ServerResponse,
  answer: Answer,
  { delayMs, dripMs }: Extract<Fault, { kind: 'slow' }>,
): Promise<void> {
  if (response.destroyed) return;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    await delay(delayMs, undefined, { signal: gone.signal });
    if (dripMs === undefined) return send(response, answer);
    response.writeHead(answer.status, answer.headers);
    for (const byte of Buffer.from(answer.body)) {
      response.write(Buffer.of(byte));
      await delay(dripMs, undefined, { signal: gone.signal });
    }
    response.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const known = error instanceof UnreadableRequestError;
  const message = error instanceof Error ? error.message : String(error);
  const body = { error: known ? 'invalid_request' : 'simulator_failed', message };
  send(response, json(body, known ? 400 : 500));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
