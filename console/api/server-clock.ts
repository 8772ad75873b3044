/** `Date` has whole seconds, and an answer takes a while: what differs less says nothing. */
const TOLERANCE_MS = 2_000;

/**
 * The server's time. A browser's clock may be wrong, and countdowns must not be.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.date
 */
export class ServerClock {
  readonly #localMs: () => number;
  #offsetMs = 0;

  /** @param localMs the browser's time, in ms since the epoch */
  constructor(localMs: () => number) {
    this.#localMs = localMs;
  }

  localMs(): number {
    return this.#localMs();
  }

  nowMs(): number {
    return this.#localMs() + this.#offsetMs;
  }

  /**
   * Takes an answer's time over.
   *
   * @param date the header `Date`
   * @param sentAtMs when the request was sent, by the browser's time
   */
  sync(date: string | null, sentAtMs: number): void {
    const atMs = Date.parse(date ?? '');
    if (Number.isNaN(atMs)) return;
    const offsetMs = atMs + 500 - (sentAtMs + this.#localMs()) / 2;
    if (Math.abs(offsetMs - this.#offsetMs) > TOLERANCE_MS) this.#offsetMs = offsetMs;
  }
}
