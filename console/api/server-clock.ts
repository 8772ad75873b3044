/** `Date` has whole seconds, and an answer is on its way for a while: what differs less says nothing. */
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
   * Takes an answer's time over, at the moment in which its head arrives: however long it was thought about, its `Date` is
   * of when it was sent.
   *
   * @param date the header `Date`
   */
  sync(date: string | null): void {
    const atMs = Date.parse(date ?? '');
    if (Number.isNaN(atMs)) return;
    const offsetMs = atMs + 500 - this.#localMs();
    if (Math.abs(offsetMs - this.#offsetMs) > TOLERANCE_MS) this.#offsetMs = offsetMs;
  }
}
