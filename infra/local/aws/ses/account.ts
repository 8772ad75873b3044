import { addressOf, domainOf, normalize } from './addresses.ts';

const DAY_MS = 86_400_000;

/** Why an address is on the account's suppression list. */
export type SuppressionReason = 'BOUNCE' | 'COMPLAINT';

export interface Suppression {
  readonly address: string;
  readonly reason: SuppressionReason;
  /** When it was put there last. */
  readonly atMs: number;
}

/**
 * The state of the account's SES: whether it may send, as whom, and whom not to. It lives in memory; an account out of
 * the sandbox, with the quota that AWS gives then.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html
 */
export class SesAccount {
  readonly max24HourSend = 50_000;
  readonly maxSendRate = 14;
  isSendingEnabled = true;
  readonly #identities = new Set<string>();
  readonly #suppressions = new Map<string, Suppression>();
  readonly #nowMs: () => number;
  #sentAtMs: number[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The addresses and domains that are verified, in the order in which they came to be. */
  get identities(): readonly string[] {
    return [...this.#identities];
  }

  /** @param identity an address or a domain, which counts as verified at once: nobody is asked */
  verify(identity: string): void {
    this.#identities.add(normalize(identity));
  }

  deleteIdentity(identity: string): void {
    this.#identities.delete(normalize(identity));
  }

  isVerified(identity: string): boolean {
    return this.#identities.has(normalize(identity));
  }

  /**
   * Whether mail may be sent as somebody: the address is verified, or its domain, or a domain above that.
   *
   * @param sender with or without a display name
   * @see https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
   */
  maySendAs(sender: string): boolean {
    const address = addressOf(sender);
    const labels = domainOf(address).split('.');
    const domains = labels.map((_, index) => labels.slice(index).join('.'));
    return [address, ...domains].some((identity) => this.isVerified(identity));
  }

  suppress(address: string, reason: SuppressionReason): void {
    this.#suppressions.set(normalize(address), { address, reason, atMs: this.#nowMs() });
  }

  /** @returns whether it was on the list */
  release(address: string): boolean {
    return this.#suppressions.delete(normalize(address));
  }

  suppressionOf(address: string): Suppression | undefined {
    return this.#suppressions.get(normalize(address));
  }

  /** Counts towards the quota, by recipients. */
  countSent(recipients: number): void {
    this.#sentAtMs.push(...Array<number>(recipients).fill(this.#nowMs()));
  }

  get sentLast24Hours(): number {
    const sinceMs = this.#nowMs() - DAY_MS;
    this.#sentAtMs = this.#sentAtMs.filter((atMs) => atMs > sinceMs);
    return this.#sentAtMs.length;
  }
}
