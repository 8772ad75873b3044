/** A number, a text, or null for what could not be measured: a note of the table says why. */
export type Cell = string | number | null;

/** What a section found, as a person reads it. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What limits the figures, and why something was not measured. */
  readonly notes: readonly string[];
}

/** What a section found: tables to read, and the figures behind them. */
export interface Findings {
  readonly tables: readonly Table[];
  /** Serialisable as JSON, with the unit in each name. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Says how far it is, whenever something takes more than five seconds. */
export type Progress = (line: string) => void;

/** One subject of `npm run bench`, run in a process of its own. */
export interface Section {
  readonly title: string;
  run(progress: Progress): Promise<Findings>;
}
