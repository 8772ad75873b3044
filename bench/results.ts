import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

export const RESULTS_FILE = fileURLToPath(new URL('results.json', import.meta.url));

const cellSchema = z.union([z.string(), z.number(), z.null()]);
const resultSchema = z.object({
  title: z.string(),
  /** When it was measured. */
  at: z.iso.datetime(),
  machine: z.object({
    processor: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    node: z.string(),
    versions: z.record(z.string(), z.string()),
  }),
  tables: z
    .array(
      z.object({
        title: z.string(),
        columns: z.array(z.string()).readonly(),
        rows: z.array(z.array(cellSchema).readonly()).readonly(),
        notes: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  figures: z.record(z.string(), z.unknown()),
});
const resultsSchema = z.record(z.string(), resultSchema);

/** What a section found, when, and on what. */
export type Result = z.infer<typeof resultSchema>;
/** The latest result of each section, by its name. */
export type Results = z.infer<typeof resultsSchema>;

/** @throws {z.ZodError} when the file holds something else */
export function readResults(): Results {
  return existsSync(RESULTS_FILE) ? resultsSchema.parse(JSON.parse(readFileSync(RESULTS_FILE, 'utf8'))) : {};
}

/** Puts a section's result in the place of its last one; those of other sections stay. */
export function saveResult(name: string, result: Result): void {
  const results = { ...readResults(), [name]: result };
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => a.localeCompare(b)));
  writeFileSync(RESULTS_FILE, `${JSON.stringify(resultsSchema.parse(sorted), null, 1)}\n`);
}
