import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JsonStore } from '../../json-store.ts';
import { type Bucket, bucketSchema } from './bucket.ts';
import { ObjectFiles } from './object-files.ts';
import { S3Error } from './s3-error.ts';

/** A bucket's settings and its objects. */
export interface OpenBucket {
  readonly name: string;
  readonly settings: Bucket;
  readonly objects: ObjectFiles;
}

interface BucketFiles {
  readonly document: JsonStore<Bucket>;
  readonly objects: ObjectFiles;
}

const SETTINGS_FILE = 'bucket.json';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const NAME = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The account's buckets, each in a folder of its own. */
export class BucketStore {
  readonly nowMs: () => number;
  readonly #directory: string | null;
  readonly #buckets = new Map<string, BucketFiles>();

  /** @param directory null keeps everything in memory */
  constructor(directory: string | null, nowMs: () => number) {
    this.nowMs = nowMs;
    this.#directory = directory;
    for (const name of directory ? bucketNames(directory) : []) this.#open(name);
  }

  /** By name, as S3 lists them. */
  get all(): OpenBucket[] {
    return [...this.#buckets.keys()].sort().map((name) => this.find(name));
  }

  has(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** @throws {S3Error} NoSuchBucket */
  find(name: string): OpenBucket {
    const files = this.#buckets.get(name);
    if (files) return { name, settings: files.document.value, objects: files.objects };
    const details = { BucketName: name };
    throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { details });
  }

  /**
   * Makes a bucket, or changes the settings of the one that stands.
   *
   * @throws {S3Error} InvalidBucketName
   */
  ensure(name: string, settings: Partial<Pick<Bucket, 'versioning' | 'objectLock'>> = {}): void {
    if (!NAME.test(name)) throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.');
    const { document } = this.#buckets.get(name) ?? this.#open(name);
    document.save({ ...document.value, ...settings });
  }

  /** @throws {S3Error} NoSuchBucket, BucketNotEmpty while there is any version, a delete marker too */
  remove(name: string): void {
    if (this.find(name).objects.all.length > 0) {
      throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
    }
    this.#buckets.delete(name);
    if (this.#directory) rmSync(join(this.#directory, name), { recursive: true });
  }

  #open(name: string): BucketFiles {
    const directory = this.#directory && join(this.#directory, name);
    const initial = { createdMs: this.nowMs(), versioning: null, objectLock: null };
    const document = new JsonStore(directory && join(directory, SETTINGS_FILE), bucketSchema, initial);
    const files = { document, objects: new ObjectFiles(directory && join(directory, 'objects')) };
    this.#buckets.set(name, files);
    return files;
  }
}

function bucketNames(directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  return readdirSync(directory).filter((name) => existsSync(join(directory, name, SETTINGS_FILE)));
}
