import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StablePorts } from './ports.ts';

/** The twin cannot keep its data where it should. */
export class DataFolderError extends Error {
  readonly code = 'DATA_FOLDER_UNUSABLE';
}

/** Where the twin's data lives between runs; without a folder it lives in memory only. */
export class DataFolder {
  readonly #directory: string | null;
  readonly ports: StablePorts;

  private constructor(directory: string | null) {
    this.#directory = directory;
    this.ports = new StablePorts(this.path('ports.json'));
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
