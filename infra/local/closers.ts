/** What must be closed again, in the reverse order of its start. */
export class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];
  #isClosed = false;

  add(closer: () => Promise<void> | void): void {
    this.#closers.push(closer);
  }

  /**
   * Remembers how to close what a promise gives, as soon as it gives it. What starts only after the rest has been closed
   * is closed at once.
   */
  async keep<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const started = await starting;
    if (this.#isClosed) await started.close();
    else this.add(() => started.close());
    return started;
  }

  readonly close = async (): Promise<void> => {
    this.#isClosed = true;
    for (const closer of this.#closers.splice(0).reverse()) await closer();
  };
}
