import { type MintEntry, MOST_ENTRIES } from '../../infra/local/zoho/journal.ts';

/** @see https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html */
export const MINT_WINDOW_MS = 600_000;
export const MINTS_A_WINDOW = 10;

/** What Zoho was asked to mint. */
export interface Mints {
  readonly mints: number;
  readonly refreshTokens: number;
  /** Of one refresh token, in any ten minutes: wherever such a window begins. */
  readonly mostInWindow: number;
  /** How many requests Zoho did not mint for. */
  readonly refused: number;
}

/** @param entries all of them, in any order */
export function countMints(entries: readonly MintEntry[]): Mints {
  const asked = entries.filter(({ grantType }) => grantType === 'refresh_token');
  const minted = asked.filter(({ outcome }) => outcome === 'minted');
  const byToken = Map.groupBy(minted, ({ refreshToken }) => refreshToken);
  const counts = [...byToken.values()].map((own) => mostInWindow(own.map(({ atMs }) => atMs)));
  return {
    mints: minted.length,
    refreshTokens: byToken.size,
    mostInWindow: Math.max(0, ...counts),
    refused: asked.length - minted.length,
  };
}

function mostInWindow(timesMs: readonly number[]): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const counts = sorted.map(
    (beginMs, index) => sorted.slice(index).filter((atMs) => atMs < beginMs + MINT_WINDOW_MS).length,
  );
  return Math.max(0, ...counts);
}

/** Keeps what the simulator's journal forgets: it has the last thousand only. */
export class MintRecord {
  readonly #journal: readonly MintEntry[];
  readonly #entries: MintEntry[] = [];
  #isWhole = true;

  constructor(journal: readonly MintEntry[]) {
    this.#journal = journal;
  }

  /** Takes over what has come since the last time. */
  collect(): void {
    const last = this.#entries.at(-1);
    const seenAt = last ? this.#journal.lastIndexOf(last) : -1;
    if (seenAt === -1 && this.#journal.length >= MOST_ENTRIES) this.#isWhole = false;
    this.#entries.push(...this.#journal.slice(seenAt + 1));
  }

  /** Null when something was forgotten before it was taken over. */
  count(): Mints | null {
    return this.#isWhole ? countMints(this.#entries) : null;
  }
}
