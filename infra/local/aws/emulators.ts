import { mkdirSync } from 'node:fs';
import { closeServer, listen } from '../http-server.ts';
import { BucketStore } from './s3/bucket-store.ts';
import { createS3Server } from './s3/s3.ts';
import { createStsServer } from './sts.ts';

/** A server that stands in for one AWS service, on a port of its own behind the front door. */
export interface Emulator {
  readonly origin: string;
  close(): Promise<void>;
}

/** @param path where the tables live; null keeps them in memory */
export async function startDynamoDb(path: string | null): Promise<Emulator> {
  const { default: dynalite } = await import('dynalite');
  if (path) mkdirSync(path, { recursive: true });
  const server = dynalite({
    ...(path ? { path } : {}),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  return { origin: await listen(server), close: () => closeServer(server) };
}

/** How a bucket is to be. */
export interface BucketSettings {
  readonly versioned: boolean;
  /** How long each object that is put cannot be deleted; null without Object Lock, which implies versioning. */
  readonly objectLock: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number } | null;
}

/**
 * @param path where the objects live, as plain files; null keeps them in memory
 * @param nowMs the time that retention goes by
 */
export async function startS3(
  path: string | null,
  nowMs: () => number = Date.now,
): Promise<Emulator & { createBucket(name: string, settings?: BucketSettings): void }> {
  const store = new BucketStore(path, nowMs);
  const server = createS3Server(store);
  return {
    origin: await listen(server),
    createBucket: (name, { versioned, objectLock } = { versioned: false, objectLock: null }) => {
      const rule = objectLock && { Mode: objectLock.mode, Days: objectLock.days };
      if (rule) store.ensure(name, { versioning: 'Enabled', objectLock: { rule } });
      else store.ensure(name, versioned ? { versioning: 'Enabled' } : {});
    },
    close: () => closeServer(server),
  };
}

/** The caller's identity of STS. */
export async function startSts(accountId: string): Promise<Emulator> {
  const server = createStsServer(accountId);
  return { origin: await listen(server), close: () => closeServer(server) };
}
