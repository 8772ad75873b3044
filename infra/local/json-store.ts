import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod';

/**
 * One JSON document of the twin that survives a restart: read and checked once, kept in memory, written whole and
 * atomically (a new file moved over the old one) whenever it changes.
 */
export class JsonStore<T> {
  readonly #path: string | null;
  #value: T;

  /**
   * @param path where the document lives; null keeps it in memory only
   * @param schema what the document must look like
   * @param initial the document when there is none yet
   */
  constructor(path: string | null, schema: z.ZodType<T>, initial: T) {
    this.#path = path;
    this.#value = path ? (readDocument(path, schema) ?? initial) : initial;
  }

  get value(): T {
    return this.#value;
  }

  /** Replaces the document, or, without a new value, saves what was changed in place. */
  save(value: T = this.#value): void {
    this.#value = value;
    if (!this.#path) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    const next = `${this.#path}.next`;
    writeFileSync(next, JSON.stringify(value, null, 1), { mode: 0o600 });
    renameSync(next, this.#path);
  }
}

function readDocument<T>(path: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} cannot be read; start with --fresh to begin anew`, { cause });
  }
}
