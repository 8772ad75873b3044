import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SealedBackup } from './backup-envelope.ts';
import { inStore } from './backup-faults.ts';

/** A version of a connection's backup file. */
export interface BackupFile {
  readonly versionId: string;
  /** @throws {BackupUnusableError} */
  readonly read: () => Promise<string>;
}

/**
 * The bucket of backups: one file per connection, of which each version is a generation. So the bucket's own rules keep
 * the newest 20, and whatever is put, nothing is overwritten (docs/adr/0018-backups.md).
 */
export class BackupBucket {
  readonly #s3: S3Client;
  readonly #bucketName: string;
  readonly #name: string;

  constructor(s3: S3Client, bucketName: string) {
    this.#s3 = s3;
    this.#bucketName = bucketName;
    this.#name = `the backup bucket ${bucketName}`;
  }

  /** Adds a version, which is the newest from then on. @throws {BackupUnusableError} */
  async put({ header, text }: SealedBackup): Promise<void> {
    await inStore(this.#name, () =>
      this.#s3.send(
        new PutObjectCommand({
          Bucket: this.#bucketName,
          Key: keyOf(header.connection),
          Body: text,
          ContentType: 'application/json',
        }),
      ),
    );
  }

  /**
   * The versions of a connection's file, newest first.
   *
   * @throws {BackupUnusableError}
   */
  async *newestFirst(connection: string): AsyncGenerator<BackupFile, void> {
    const Key = keyOf(connection);
    let page: Partial<ListObjectVersionsCommandOutput> = {};
    do {
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      page = await inStore(this.#name, () =>
        this.#s3.send(
          new ListObjectVersionsCommand({
            Bucket: this.#bucketName,
            Prefix: Key,
            ...(KeyMarker === undefined ? {} : { KeyMarker }),
            ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }),
          }),
        ),
      );
      for (const version of page.Versions ?? []) {
        const { VersionId: versionId } = version;
        if (version.Key !== Key || versionId === undefined) continue;
        yield { versionId, read: () => this.#read(Key, versionId) };
      }
    } while (page.IsTruncated);
  }

  #read(Key: string, VersionId: string): Promise<string> {
    return inStore(this.#name, async () => {
      const { Body } = await this.#s3.send(
        new GetObjectCommand({ Bucket: this.#bucketName, Key, VersionId }),
      );
      return (await Body?.transformToString()) ?? '';
    });
  }
}

function keyOf(connection: string): string {
  return `credentials/${connection}.json`;
}
