import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from '../api/client.ts';
import type { ServerClock } from '../api/server-clock.ts';
import type { Session } from '../session.ts';
import { useStore } from './hooks.ts';
import type { Store } from './store.ts';
import type { Trails } from './trails.ts';

/** Whether the API can be asked: `offline` is the browser's own word for it. */
export type Reach = 'reachable' | 'offline' | 'unreachable';

/** What every view works with. */
export interface Console {
  readonly api: Api;
  readonly clock: ServerClock;
  readonly session: Session;
  readonly reach: Store<Reach>;
  readonly trails: Trails;
  /** The server's time, each second while the page is seen; in ms since the epoch. */
  readonly seconds: Store<number>;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (console === null) throw new Error('A view was drawn outside of the console.');
  return console;
}

/** The server's time in ms since the epoch, each second. */
export function useNow(): number {
  return useStore(useConsole().seconds);
}

export function useReach(): Reach {
  return useStore(useConsole().reach);
}
