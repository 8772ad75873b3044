import type { KMSClient } from '@aws-sdk/client-kms';
import type { BackupBucket } from './backup-bucket.ts';
import type { BackupTable } from './backup-table.ts';

/** Where backups are kept, and under which key. */
export interface Backups {
  readonly table: BackupTable;
  readonly bucket: BackupBucket;
  readonly kms: KMSClient;
  /** The ARN of the backup key: another one than the primary's, so that one key lost does not take both. */
  readonly keyId: string;
}
