import type { ZohoToken } from './access-token-document.ts';
import { LONGEST_KEPT_MS, LONGEST_LIFETIME_MS, pauseAfterMs, planReading } from './freshness.ts';
import type { AccessTokenSecret } from './secret.ts';

/** A flight is joined for no longer: of one that began before Lambda froze the process, the answer may never come. */
const LONGEST_FLIGHT_MS = 10_000;
/** An expired answer that took longer says little of what is published by now: a freeze lay in between. */
const LATE_AFTER_MS = 5_000;
/** How often a call reads again because what came was old when it came. */
const MOST_READS = 3;

/** A token that was read, and what is made of it once instead of at each call. */
interface Held {
  /** The number of the flight that brought it. */
  readonly flight: number;
  readonly token: ZohoToken;
  readonly tokenAnswer: Promise<ZohoToken>;
  readonly accessTokenAnswer: Promise<string>;
  readonly readAtMs: number;
  readonly renewFromMs: number;
  readonly readFirstFromMs: number;
}

type Outcome =
  /** `late`: what came had expired on the way. */
  | { readonly kind: 'read' | 'late'; readonly token: ZohoToken }
  | { readonly kind: 'failed'; readonly error: unknown };

interface Flight {
  readonly startedAtMs: number;
  readonly outcome: Promise<Outcome>;
}

/**
 * The published access token in memory. It has no timer: a call finds out what is due, so nothing keeps the process
 * alive, and a freeze changes nothing but the time.
 */
export class TokenCache {
  readonly #secret: Pick<AccessTokenSecret, 'read' | 'expired'>;
  readonly #nowMs: () => number;
  #held: Held | null = null;
  #flight: Flight | null = null;
  #flights = 0;
  #failures = { count: 0, lastAtMs: 0 };

  constructor(secret: Pick<AccessTokenSecret, 'read' | 'expired'>, nowMs: () => number) {
    this.#secret = secret;
    this.#nowMs = nowMs;
  }

  /** @throws {ZohoTokenUnavailableError} */
  accessToken(): Promise<string> {
    return this.#fresh()?.accessTokenAnswer ?? this.#due().then(({ token }) => token.accessToken);
  }

  /** @throws {ZohoTokenUnavailableError} */
  token(): Promise<ZohoToken> {
    return this.#fresh()?.tokenAnswer ?? this.#due().then(({ token }) => token);
  }

  /**
   * Another token than one that Zoho refused: the one that was read meanwhile, or else what one look at the secret
   * brings, also in a pause, since the token in hand is of no use. A look that began before does not count, if it
   * brings the refused one.
   *
   * @returns null if there is none, also when the secret cannot be read
   */
  async replacementFor(refused: string): Promise<ZohoToken | null> {
    const other = () => {
      const held = this.#valid();
      return held !== null && held.token.accessToken !== refused ? held.token : null;
    };
    const known = other();
    if (known !== null) return known;
    const isUnderWay = this.#flight !== null;
    await this.#read();
    if (isUnderWay && other() === null) await this.#read();
    return other();
  }

  /** What may be handed out without another thought. */
  #fresh(): Held | null {
    const held = this.#held;
    const nowMs = this.#nowMs();
    // A clock that went backwards says nothing about the value's age.
    return held !== null && nowMs >= held.readAtMs && nowMs < held.renewFromMs ? held : null;
  }

  #valid(): Held | null {
    return this.#held !== null && this.#nowMs() < this.#held.token.expiresAtMs ? this.#held : null;
  }

  async #due(): Promise<Held> {
    const held = this.#valid();
    // After a failure of late, nobody waits to learn whether it is over.
    const hasJustFailed = this.#hasFailedWithin(LONGEST_KEPT_MS);
    if (held === null || (this.#isAged(held) && !hasJustFailed)) return this.#readFirst();
    // Never rejects; whoever comes next finds what it brought.
    if (!this.#isPausing()) void this.#read();
    return held;
  }

  #isAged({ readAtMs, readFirstFromMs }: Held): boolean {
    const nowMs = this.#nowMs();
    return nowMs < readAtMs || nowMs >= readFirstFromMs;
  }

  /** Whether a Secrets Manager that just failed is left alone, as long as there is a valid token. */
  #isPausing(): boolean {
    return this.#hasFailedWithin(pauseAfterMs(this.#failures.count));
  }

  #hasFailedWithin(ms: number): boolean {
    const { count, lastAtMs } = this.#failures;
    const sinceMs = this.#nowMs() - lastAtMs;
    return count > 0 && sinceMs >= 0 && sinceMs < ms;
  }

  async #readFirst(): Promise<Held> {
    let outcome = await this.#read();
    for (let reads = 1; reads < MOST_READS && this.#isOutdated(outcome); reads++) {
      outcome = await this.#read();
    }
    const held = this.#valid();
    if (held !== null) return held;
    throw outcome.kind === 'failed' ? outcome.error : await this.#secret.expired(outcome.token);
  }

  /** Whether a freeze made something old of what came. */
  #isOutdated({ kind }: Outcome): boolean {
    return kind === 'late' || (kind === 'read' && this.#held !== null && this.#isAged(this.#held));
  }

  /** One call to Secrets Manager for all who want to know. */
  #read(): Promise<Outcome> {
    const startedAtMs = this.#nowMs();
    const underWay = this.#flight;
    if (underWay !== null && Math.abs(startedAtMs - underWay.startedAtMs) < LONGEST_FLIGHT_MS) {
      return underWay.outcome;
    }
    const outcome = this.#ask(++this.#flights, startedAtMs);
    this.#flight = { startedAtMs, outcome };
    return outcome;
  }

  async #ask(flight: number, startedAtMs: number): Promise<Outcome> {
    try {
      const token = this.#believed(await this.#secret.read());
      if (this.#nowMs() >= token.expiresAtMs) {
        const isLate = startedAtMs < token.expiresAtMs || this.#nowMs() - startedAtMs > LATE_AFTER_MS;
        if (isLate) return { kind: 'late', token };
        throw await this.#secret.expired(token);
      }
      if (flight > (this.#held?.flight ?? 0)) this.#hold(token, flight, startedAtMs);
      return { kind: 'read', token };
    } catch (error) {
      // One that a freeze cut off says nothing about Secrets Manager.
      if (flight === this.#flights) {
        this.#failures = { count: this.#failures.count + 1, lastAtMs: this.#nowMs() };
      }
      return { kind: 'failed', error };
    } finally {
      if (flight === this.#flights) this.#flight = null;
    }
  }

  #hold(token: ZohoToken, flight: number, readAtMs: number): void {
    this.#failures = { count: 0, lastAtMs: 0 };
    this.#held = {
      flight,
      token,
      tokenAnswer: Promise.resolve(token),
      accessTokenAnswer: Promise.resolve(token.accessToken),
      readAtMs,
      ...planReading(readAtMs, token.expiresAtMs),
    };
  }

  /** Reading the same token again does not make it live longer than an hour. */
  #believed(token: ZohoToken): ZohoToken {
    const held = this.#held?.token;
    const knownEndMs = held?.accessToken === token.accessToken ? held.expiresAtMs : token.expiresAtMs;
    const expiresAtMs = Math.min(token.expiresAtMs, knownEndMs, this.#nowMs() + LONGEST_LIFETIME_MS);
    // All callers get this very object.
    return Object.freeze({ ...token, expiresAtMs });
  }
}
