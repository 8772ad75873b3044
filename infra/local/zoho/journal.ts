import type { FaultKind } from './faults.ts';
import type { DataCenterCode } from './state.ts';

/** How many entries a journal keeps. */
export const MOST_ENTRIES = 1000;

/** One token request, also one that was refused or met a fault. Holds no secret. */
export interface MintEntry {
  /** When it was decided, by the virtual clock. */
  readonly atMs: number;
  readonly dataCenter: DataCenterCode;
  /** `refresh_token`, `authorization_code`, or whatever the client sent; null if nothing. */
  readonly grantType: string | null;
  readonly clientId: string | null;
  /** The refresh token's reference (see `tokenReference`); null when none was sent or issued. */
  readonly refreshToken: string | null;
  readonly outcome: 'minted' | 'refused' | 'lost';
  /** Zoho's error code when refused. */
  readonly error: string | null;
  /** The fault that this request met. */
  readonly fault: FaultKind | null;
  /** How many requests with this refresh token were in flight when this one arrived, itself included. */
  readonly concurrency: number;
}

/** The last 1000 token requests, and which are in flight. Lives in memory only. */
export class MintJournal {
  readonly entries: MintEntry[] = [];
  readonly #inFlight = new Map<string, number>();

  record(entry: MintEntry): void {
    this.entries.push(entry);
    if (this.entries.length > MOST_ENTRIES) this.entries.shift();
  }

  /** Counts a request in; returns how many are in flight now, itself included. */
  enter(refreshToken: string): number {
    const concurrency = (this.#inFlight.get(refreshToken) ?? 0) + 1;
    this.#inFlight.set(refreshToken, concurrency);
    return concurrency;
  }

  leave(refreshToken: string): void {
    const left = (this.#inFlight.get(refreshToken) ?? 1) - 1;
    if (left > 0) this.#inFlight.set(refreshToken, left);
    else this.#inFlight.delete(refreshToken);
  }

  clear(): void {
    this.entries.length = 0;
  }
}
