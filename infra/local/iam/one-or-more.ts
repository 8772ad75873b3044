import * as z from 'zod';

/** What a policy gives as one value or as a list, read as a list. */
export function oneOrMore<T>(item: z.ZodType<T>) {
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item));
}
