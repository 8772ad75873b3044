/** One call to AWS as it went over the wire. */
export interface JournalEntry {
  /** Virtual time. */
  readonly atMs: number;
  /** The function that called, or `operator`. */
  readonly principal: string;
  readonly service: string;
  /** Such as `GetSecretValue`; for REST protocols the method and path. */
  readonly operation: string;
  /** The HTTP status that the caller got. */
  readonly status: number;
}

const CAPACITY = 10_000;

/** The latest calls to AWS, oldest first, to count and to look at. */
export class CallJournal {
  readonly #entries: JournalEntry[] = [];

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  record(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > CAPACITY) this.#entries.shift();
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
