import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertPortFree } from './http-server.ts';
import { rememberedPorts, StablePorts } from './ports.ts';

const PORTS_FILE = 'ports.json';

/** The twin cannot keep its data where it should. */
export class DataFolderError extends Error {
  readonly code = 'DATA_FOLDER_UNUSABLE';
}

/**
 * Makes sure that no other twin works in a folder, before anything of it is changed.
 *
 * @throws {DataFolderError} naming the port of a twin that runs
 */
export async function assertFolderFree(directory: string): Promise<void> {
  for (const port of rememberedPorts(join(directory, PORTS_FILE))) {
    await assertPortFree(port).catch((cause: unknown) => {
      const message = `the data in ${directory} are in use: a twin answers at port ${port}. Stop the other "npm start"`;
      throw new DataFolderError(message, { cause });
    });
  }
}

/** Where the twin's data lives between runs; without a folder it lives in memory only. */
export class DataFolder {
  readonly #directory: string | null;
  readonly ports: StablePorts;

  private constructor(directory: string | null) {
    this.#directory = directory;
    this.ports = new StablePorts(this.path(PORTS_FILE));
  }

  static inMemory(): DataFolder {
    return new DataFolder(null);
  }

  /**
   * @param options.fresh forgets what an earlier run left
   * @throws {DataFolderError} when the folder cannot be made or written
   */
  static open(directory: string, { fresh }: { fresh: boolean }): DataFolder {
    try {
      if (fresh) rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory, { recursive: true });
      accessSync(directory, constants.W_OK);
    } catch (cause) {
      throw new DataFolderError(`the folder ${directory} cannot be written (${(cause as Error).message})`, {
        cause,
      });
    }
    return new DataFolder(directory);
  }

  /** The path of one part of the data; null in memory. */
  path(name: string): string | null {
    return this.#directory && join(this.#directory, name);
  }
}
