import * as z from 'zod';
import { explainListenError } from './http-server.ts';
import { JsonStore } from './json-store.ts';

const portsSchema = z.record(z.string(), z.int().positive());

/** The ports that an earlier run remembered at a path; none if nothing can be read there. */
export function rememberedPorts(path: string): number[] {
  try {
    return Object.values(new JsonStore(path, portsSchema, {}).value);
  } catch {
    return [];
  }
}

/**
 * Ports that something remembers: free ones are taken at the first run and kept for the next. A credential names the
 * simulator that issued it, so the simulator must come back where it was.
 */
export class StablePorts {
  readonly #store: JsonStore<Record<string, number>>;

  /** @param path where they are remembered; null forgets them */
  constructor(path: string | null) {
    this.#store = new JsonStore(path, portsSchema, {});
  }

  /**
   * Starts a server where it was before.
   *
   * @param start starts the server on a port (0: any free one)
   * @throws {TakenPortError} when another program has the port by now
   */
  async start<T>(
    name: string,
    start: (port: number) => Promise<T>,
    originOf: (server: T) => string,
  ): Promise<T> {
    const port = this.#store.value[name] ?? 0;
    let server: T;
    try {
      server = await start(port);
    } catch (error) {
      throw explainListenError(error, port);
    }
    if (port === 0)
      this.#store.save({ ...this.#store.value, [name]: Number(new URL(originOf(server)).port) });
    return server;
  }
}
