import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { closeServer, listen } from '../http-server.ts';

/** A package that stands in for one AWS service, on a port of its own behind the front door. */
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

/**
 * S3 (and the caller's identity of STS).
 *
 * @param path where the objects live, as plain files; null keeps them in memory
 */
export async function startS3(path: string | null): Promise<Emulator & { createBucket(name: string): void }> {
  const { buildApp, S3Store, FileS3Persistence } = await importFauxqs();
  const s3Store = new S3Store();
  const persistence = path ? new FileS3Persistence(path) : undefined;
  persistence?.loadS3(s3Store);
  if (persistence) s3Store.persistence = persistence;
  const app = buildApp({ logger: false, stores: { s3Store } });
  return {
    origin: await app.listen({ port: 0, host: '127.0.0.1' }),
    createBucket: (name) => s3Store.createBucket(name),
    close: async () => {
      await app.close();
      persistence?.close();
    },
  };
}

/** The parts of fauxqs that its own start function, which would listen on every interface, puts together. */
interface Fauxqs {
  readonly buildApp: (options: { logger: false; stores: { s3Store: S3Store } }) => {
    listen(options: { port: number; host: string }): Promise<string>;
    close(): Promise<void>;
  };
  readonly S3Store: new () => S3Store;
  readonly FileS3Persistence: new (path: string) => { loadS3(store: S3Store): void; close(): void };
}

interface S3Store {
  persistence?: unknown;
  createBucket(name: string): void;
}

/** The stores are not exported, so they are imported by file, from beside the package's entry. */
async function importFauxqs(): Promise<Fauxqs> {
  const entry = import.meta.resolve('fauxqs');
  const [app, store, persistence] = await Promise.all(
    ['./app.js', './s3/s3Store.js', './s3/fileS3Persistence.js'].map(
      (path) => import(new URL(path, entry).href),
    ),
  );
  return { ...app, ...store, ...persistence };
}

/** SES, in memory, with an inbox page at its origin. */
export async function startSes(): Promise<Emulator> {
  // A CommonJS package with a default export: `require` gives the same shape in every loader.
  const { default: start } = createRequire(import.meta.url)(
    'aws-ses-v2-local',
  ) as typeof import('aws-ses-v2-local');
  const server = await start({ host: '127.0.0.1', port: 0 });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}
