import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A port that the twin needs is in use. */
export class TakenPortError extends Error {
  readonly code = 'PORT_TAKEN';
  readonly port: number;

  constructor(port: number, cause: unknown) {
    super(`port ${port} on 127.0.0.1 is taken by another program`, { cause });
    this.port = port;
  }
}

/** Makes a taken port nameable, whoever has tried to listen on it. */
export function explainListenError(error: unknown, port: number): unknown {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return isTaken ? new TakenPortError(port, error) : error;
}

/**
 * Listens on the loopback interface only.
 *
 * @param port 0 takes any free one
 * @returns the origin, such as `http://127.0.0.1:3000`
 * @throws {TakenPortError}
 */
export function listen(server: Server, port = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, port)));
    server.listen(port, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

/**
 * Makes sure that nobody listens on a port, before anything is changed that could be somebody else's.
 *
 * @throws {TakenPortError}
 */
export async function assertPortFree(port: number): Promise<void> {
  const server = createServer();
  await listen(server, port);
  await closeServer(server);
}

/** Stops listening and drops every connection, also one that a client keeps alive. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
