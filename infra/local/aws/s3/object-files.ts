import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonStore } from '../../json-store.ts';
import { objectSchema, type StoredObject } from './bucket.ts';

const VERSIONS_FILE = 'versions.json';
/** A file's name has room for 255 bytes, a key for 1024. */
const MAX_NAME_LENGTH = 200;

/** A bucket's objects: each in a folder of its own, with a file per version's content and one that describes them. */
export class ObjectFiles {
  readonly #directory: string | null;
  readonly #objects: Map<string, JsonStore<StoredObject>>;
  /** Contents by their place, without a folder to keep them in. */
  readonly #contents = new Map<string, Buffer>();

  /** @param directory null keeps everything in memory */
  constructor(directory: string | null) {
    this.#directory = directory;
    this.#objects = directory ? readObjects(directory) : new Map();
  }

  /** Those that have a version left, in no order. */
  get all(): StoredObject[] {
    return [...this.#objects.values()].map(({ value }) => value);
  }

  find(key: string): StoredObject | undefined {
    return this.#objects.get(key)?.value;
  }

  /** Puts an object in the place of the one with the same key; one without a version goes. */
  save(object: StoredObject): void {
    const { key, versions } = object;
    const path = this.#directory && join(this.#directory, nameOf(key), VERSIONS_FILE);
    const document = this.#objects.get(key) ?? new JsonStore(path, objectSchema, object);
    document.save(object);
    this.#objects.set(key, document);
    if (versions.length > 0) return;
    this.#objects.delete(key);
    if (this.#directory) rmSync(join(this.#directory, nameOf(key)), { recursive: true });
  }

  /** To be called before the object that has the version is saved, so that no version lacks its content. */
  writeContent(key: string, versionId: string, content: Buffer): void {
    if (!this.#directory) {
      this.#contents.set(placeOf(key, versionId), content);
      return;
    }
    mkdirSync(join(this.#directory, nameOf(key)), { recursive: true });
    const path = join(this.#directory, placeOf(key, versionId));
    writeFileSync(`${path}.next`, content, { mode: 0o600 });
    renameSync(`${path}.next`, path);
  }

  readContent(key: string, versionId: string): Buffer {
    if (this.#directory) return readFileSync(join(this.#directory, placeOf(key, versionId)));
    return this.#contents.get(placeOf(key, versionId)) as Buffer;
  }

  removeContent(key: string, versionId: string): void {
    this.#contents.delete(placeOf(key, versionId));
    if (this.#directory) rmSync(join(this.#directory, placeOf(key, versionId)), { force: true });
  }
}

function placeOf(key: string, versionId: string): string {
  return join(nameOf(key), versionId);
}

/** A folder's name for any key, and another one for each. */
function nameOf(key: string): string {
  const name = encodeURIComponent(key).replace(/^\.{1,2}$/, (dots) => '%2E'.repeat(dots.length));
  if (name.length <= MAX_NAME_LENGTH) return name;
  return `${name.slice(0, MAX_NAME_LENGTH / 2)}%%${createHash('sha256').update(key).digest('hex')}`;
}

function readObjects(directory: string): Map<string, JsonStore<StoredObject>> {
  mkdirSync(directory, { recursive: true });
  const documents = readdirSync(directory)
    .map((name) => join(directory, name, VERSIONS_FILE))
    .map((path) => new JsonStore(path, objectSchema, { key: '', versions: [] }))
    .filter(({ value }) => value.versions.length > 0);
  return new Map(documents.map((document) => [document.value.key, document]));
}
