import type * as z from 'zod/mini';
import type { AUDIT } from '../../lib/http/contracts/audit.ts';
import type { AuditEntryAnswer, AuditPageAnswer } from '../api/answers.ts';
import type { Answer, Api } from '../api/client.ts';
import type { ServerClock } from '../api/server-clock.ts';
import { isConsentUnderWay } from '../model/consent-result.ts';
import { STRIP_READ_MS } from '../model/strip.ts';
import { createStore, type Store } from './store.ts';

/** What the audit has of a connection in the last day. */
export interface Trail {
  /** Newest first. */
  readonly entries: readonly AuditEntryAnswer[];
  /** Whether these are all of that time. */
  readonly isComplete: boolean;
}

export interface Trails {
  /** A connection's; null until it was read. */
  of(connection: string): Store<Trail | null>;
  /**
   * Reads what is new of it, after whatever is being read already.
   *
   * @returns whether it could be read
   */
  read(connection: string): Promise<boolean>;
  /**
   * Reads what is new of it, and again while it cannot be read, or a consent's outcome is yet to come.
   *
   * @returns what ends it
   */
  follow(connection: string): () => void;
}

type AuditInput = z.input<(typeof AUDIT)['query']>;

const PAGE_ENTRIES = 100;
const MOST_PAGES = 5;
/** The API takes ten requests in a second from everybody together. */
const PAUSE_MS = 150;
const AGAIN_MS = 15_000;

/** Resolves after so many ms. */
type Wait = (ms: number) => Promise<void>;

const waitFor: Wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The last day of connections' audits, read one after the other and only once: later reads take what came since. */
export function createTrails(api: Api, clock: ServerClock, wait: Wait = waitFor): Trails {
  const stores = new Map<string, Store<Trail | null>>();
  const waiting = new Map<string, Promise<boolean>>();
  let queue = Promise.resolve(true);

  const of = (connection: string) => {
    const store = stores.get(connection) ?? createStore<Trail | null>(null);
    stores.set(connection, store);
    return store;
  };

  const load = async (connection: string) => {
    waiting.delete(connection);
    const store = of(connection);
    const known = store.get();
    const found = await readSince(api, connection, sinceMs(known, clock.nowMs()));
    if (found) store.set(joined(known, found, clock.nowMs() - STRIP_READ_MS));
    await wait(PAUSE_MS);
    return found !== null;
  };

  const read = (connection: string) => {
    const known = waiting.get(connection);
    if (known) return known;
    const next = queue.then(() => load(connection));
    waiting.set(connection, next);
    queue = next;
    return next;
  };

  return {
    of,
    read,
    follow: (connection) => {
      let isEnded = false;
      const goOn = async () => {
        const isRead = await read(connection);
        const entries = of(connection).get()?.entries ?? [];
        if (isEnded || (isRead && !isConsentUnderWay(entries, clock.nowMs()))) return;
        await wait(AGAIN_MS);
        if (!isEnded) await goOn();
      };
      void goOn();
      return () => {
        isEnded = true;
      };
    },
  };
}

function sinceMs(known: Trail | null, nowMs: number): number {
  const fromMs = nowMs - STRIP_READ_MS;
  const newest = known?.isComplete ? known.entries[0] : undefined;
  return newest ? Math.max(fromMs, Date.parse(newest.at)) : fromMs;
}

/** Null when it could not be read: what is known stays. */
async function readSince(api: Api, connection: string, fromMs: number): Promise<Trail | null> {
  const entries: AuditEntryAnswer[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query: AuditInput = {
      connection,
      from: new Date(fromMs).toISOString(),
      limit: String(PAGE_ENTRIES),
      ...(cursor === null ? {} : { cursor }),
    };
    const answer: Answer<AuditPageAnswer> = await api('audit', { query });
    if (answer.kind !== 'ok') return null;
    entries.push(...answer.value.entries);
    cursor = answer.value.nextCursor;
    if (cursor === null) return { entries, isComplete: true };
  }
  return { entries, isComplete: false };
}

/** What is new before what is known, without what is too old. */
function joined(known: Trail | null, found: Trail, fromMs: number): Trail {
  if (known === null || !found.isComplete) return found;
  const isNew = new Set(found.entries.map(({ id }) => id));
  const kept = known.entries.filter(({ id, at }) => !isNew.has(id) && Date.parse(at) >= fromMs);
  return { entries: [...found.entries, ...kept], isComplete: true };
}
