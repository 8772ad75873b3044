import type { Item } from './expressions.ts';

/** The items of one partition, by their sort key. */
export class Partition {
  readonly #rangeKey: string | null;
  readonly #items = new Map<string, Item>();
  /** In the order of the sort key; null when that has to be found anew. */
  #ordered: Item[] | null = [];

  constructor(rangeKey: string | null) {
    this.#rangeKey = rangeKey;
  }

  get(range: string): Item | undefined {
    return this.#items.get(range);
  }

  set(range: string, item: Item): void {
    const last = this.#ordered?.at(-1);
    const isNext = !this.#items.has(range) && (!last || this.sortKey(last) < this.sortKey(item));
    this.#items.set(range, item);
    if (isNext) this.#ordered?.push(item);
    else this.#ordered = null;
  }

  remove(range: string): void {
    if (this.#items.delete(range)) this.#ordered = null;
  }

  /** A sort key is a number here. */
  sortKey(item: Item): number {
    return Number(item[this.#rangeKey ?? '']?.N);
  }

  /** Those that are not below a sort key, in its order: a year's are not gone through for the last one. */
  from(lowest: number): Item[] {
    this.#ordered ??= [...this.#items.values()].sort((a, b) => this.sortKey(a) - this.sortKey(b));
    const first = this.#ordered.findLastIndex((item) => this.sortKey(item) < lowest) + 1;
    return this.#ordered.slice(first);
  }
}
