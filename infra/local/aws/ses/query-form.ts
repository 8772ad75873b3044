import * as z from 'zod';
import { AwsError } from '../service.ts';

/**
 * Reads a form of the query protocol: fields by their names, a list as `<name>.member.<n>`.
 *
 * @throws {AwsError} naming the field that is missing or wrong
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/CommonParameters.html
 */
export function readForm<T>(form: URLSearchParams, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(Object.fromEntries(form));
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationError', z.prettifyError(parsed.error));
}

/** The members of a list, in order. */
export function membersOf(form: URLSearchParams, name: string): string[] {
  const prefix = `${name}.member.`;
  return [...form]
    .filter(([field]) => field.startsWith(prefix))
    .map(([field, value]) => ({ index: Number(field.slice(prefix.length)), value }))
    .sort((a, b) => a.index - b.index)
    .map(({ value }) => value);
}
