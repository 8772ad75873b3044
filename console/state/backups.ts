import { useCallback } from 'preact/hooks';
import { useConsole } from './console.ts';
import { type Polled, usePolled } from './polled.ts';

const RARELY_MS = 600_000;

/** A connection's backups: read when first seen, when its credential changes, and then rarely. */
export function useBackups(connection: string, generation: number | null) {
  const { api } = useConsole();
  // Another generation means other backups.
  const read = useCallback(() => api('backups', { query: { connection } }), [api, connection, generation]);
  return usePolled(read, RARELY_MS);
}

export type PolledBackups = ReturnType<typeof useBackups> extends Polled<infer T> ? Polled<T> : never;
