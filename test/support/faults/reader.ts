import { PROMISED_MS } from './schedule.ts';
import { MINUTE_MS } from './ticks.ts';
import type { World } from './world.ts';

/**
 * Until when a consumer may be without a token after trouble: the longest wait for the next attempt is 10 minutes (a
 * throttle), a lease that a crash left runs out sooner, and the sweep comes every minute.
 */
const RECOVERY_MS = 13 * MINUTE_MS;
/** What Zoho kills, or calls dead by mistake, is found out by the next tick. */
const TICK_AND_RECOVERY_MS = 50 * MINUTE_MS + RECOVERY_MS;

/**
 * A consumer who reads the access token every minute, and remembers since when he was owed one (P5): while AWS and Zoho
 * answer and the keeper knows a credential that lives.
 */
export interface Reader {
  /** What he missed, in words. */
  readonly complaints: readonly string[];
  /** Something failed just now. */
  onTrouble(): void;
  /** Zoho took something back just now, or says so. */
  onLoss(): void;
  poll(): void;
}

export function reader({ witness, nowMs }: World): Reader {
  const complaints: string[] = [];
  let owedFromMs = nowMs() + RECOVERY_MS;
  const excuse = (forMs: number) => {
    owedFromMs = Math.max(owedFromMs, nowMs() + forMs);
  };
  return {
    complaints,
    onTrouble: () => excuse(RECOVERY_MS),
    onLoss: () => excuse(TICK_AND_RECOVERY_MS),
    poll() {
      if (witness.knownLiving().length === 0) excuse(RECOVERY_MS);
      if (nowMs() < owedFromMs || complaints.length > 0) return;
      const found = witness.published();
      const leftMs = found ? Date.parse(found.expiresAt) - nowMs() : 0;
      if (leftMs < PROMISED_MS) complaints.push(`a reader found ${Math.round(leftMs / 1_000)} s left`);
      else if (!witness.isAccepted(found?.accessToken ?? '')) complaints.push('a reader found a dead token');
    },
  };
}
