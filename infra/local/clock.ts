/** Node's timers cannot wait longer than this; longer waits are re-armed when it has passed. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where each field stands in the memory that the clock shares with worker threads. */
const FIELD = { version: 0, virtualBaseMs: 1, realBaseMs: 2, ratePerMille: 3 } as const;
const FIELD_COUNT = Object.keys(FIELD).length;

/** The clock's memory, to hand to a worker thread that reads the time by {@link readVirtualMs}. */
export type SharedClock = SharedArrayBuffer;

/**
 * Reads the virtual time from the clock's shared memory, from any thread.
 *
 * The fields change together, so they are guarded by a version (a sequence lock): it is odd while the clock is being
 * changed, and a reader that saw it move reads again.
 *
 * @param realNowMs the real time; a thread whose `Date` is virtual passes its own original `Date.now()`
 */
export function readVirtualMs(shared: SharedClock, realNowMs: number): number {
  const fields = new BigInt64Array(shared);
  for (;;) {
    const version = Atomics.load(fields, FIELD.version);
    const virtualBaseMs = Number(Atomics.load(fields, FIELD.virtualBaseMs));
    const realBaseMs = Number(Atomics.load(fields, FIELD.realBaseMs));
    const rate = Number(Atomics.load(fields, FIELD.ratePerMille)) / 1000;
    const isSettled = version % 2n === 0n && Atomics.load(fields, FIELD.version) === version;
    if (isSettled) return Math.floor(virtualBaseMs + (realNowMs - realBaseMs) * rate);
  }
}

/** A timer on the virtual clock. */
export interface VirtualTimer {
  cancel(): void;
}

interface PendingTimer {
  readonly dueMs: number;
  readonly callback: () => void;
  armed: NodeJS.Timeout | undefined;
}

/**
 * The twin's time. It runs at `speed` × real time while nothing happens, and at real time while any function runs:
 * so an hour passes in a minute, yet time-outs, leases and HTTP deadlines inside functions keep their proportions.
 */
export class VirtualClock {
  readonly shared: SharedClock = new SharedArrayBuffer(FIELD_COUNT * BigInt64Array.BYTES_PER_ELEMENT);
  readonly speed: number;
  readonly #fields = new BigInt64Array(this.shared);
  readonly #timers = new Set<PendingTimer>();
  #inFlight = 0;

  /**
   * @param options.speed how many virtual seconds pass in one real second while no function runs; at 0 time
   * stands still until {@link advance}
   * @param options.notBeforeMs where an earlier run stopped: stored timestamps must not lie in the future
   */
  constructor({ speed = 1, notBeforeMs = 0 }: { speed?: number; notBeforeMs?: number } = {}) {
    this.speed = speed;
    this.#rebase(Math.max(Date.now(), notBeforeMs), speed);
  }

  /** The virtual time, in whole milliseconds since 1970. */
  nowMs(): number {
    return readVirtualMs(this.shared, Date.now());
  }

  /** A function starts to run: until the matching {@link leave}, time passes no faster than real time. */
  enter(): void {
    this.#inFlight += 1;
    if (this.#inFlight === 1) this.#setRate(Math.min(this.speed, 1));
  }

  leave(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#setRate(this.speed);
  }

  /** Skips virtual time at once, and fires what has become due by it. */
  advance(virtualMs: number): void {
    this.#rebase(this.nowMs() + virtualMs, this.#rate);
    this.#rearmAll();
  }

  /** Calls back once, when that much virtual time has passed. */
  setTimeout(callback: () => void, virtualMs: number): VirtualTimer {
    const timer: PendingTimer = { dueMs: this.nowMs() + virtualMs, callback, armed: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return { cancel: () => this.#drop(timer) };
  }

  /** Cancels every timer. */
  stop(): void {
    for (const timer of this.#timers) this.#drop(timer);
  }

  get #rate(): number {
    return this.#inFlight > 0 ? Math.min(this.speed, 1) : this.speed;
  }

  #setRate(rate: number): void {
    this.#rebase(this.nowMs(), rate);
    this.#rearmAll();
  }

  #rebase(virtualBaseMs: number, rate: number): void {
    Atomics.add(this.#fields, FIELD.version, 1n);
    Atomics.store(this.#fields, FIELD.virtualBaseMs, BigInt(Math.floor(virtualBaseMs)));
    Atomics.store(this.#fields, FIELD.realBaseMs, BigInt(Date.now()));
    Atomics.store(this.#fields, FIELD.ratePerMille, BigInt(Math.round(rate * 1000)));
    Atomics.add(this.#fields, FIELD.version, 1n);
  }

  #rearmAll(): void {
    for (const timer of this.#timers) this.#arm(timer);
  }

  #arm(timer: PendingTimer): void {
    clearTimeout(timer.armed);
    const remainingMs = Math.max(0, timer.dueMs - this.nowMs());
    // While time stands still (rate 0), only what is due fires.
    const realMs = remainingMs === 0 ? 0 : Math.ceil(remainingMs / this.#rate);
    timer.armed = setTimeout(() => this.#fire(timer), Math.min(realMs, LONGEST_TIMER_MS));
  }

  #fire(timer: PendingTimer): void {
    if (this.nowMs() < timer.dueMs) {
      this.#arm(timer);
      return;
    }
    this.#drop(timer);
    timer.callback();
  }

  #drop(timer: PendingTimer): void {
    clearTimeout(timer.armed);
    this.#timers.delete(timer);
  }
}
