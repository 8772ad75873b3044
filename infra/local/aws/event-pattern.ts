/** What a field's value may be. */
export type PatternValue = string | number | boolean | null;

/** Whether a field is to be there, whatever it holds. */
export interface Existence {
  readonly exists: boolean;
}

/** Which events a rule takes: by field what matches, or a pattern for the object that the field holds. */
export interface EventPattern {
  readonly [field: string]: readonly (PatternValue | Existence)[] | EventPattern;
}

/**
 * Whether an event matches: each field that the pattern names has one of its values. Where the event holds an array, one
 * of its elements has to match; a field that is missing matches nothing, not even `null`, but that it is not to exist.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const fields = new Map<string, unknown>(Object.entries(event));
  return Object.entries(pattern).every(([name, expected]) => {
    const value = fields.get(name);
    const candidates = Array.isArray(value) ? value : [value];
    return candidates.some((one) =>
      isList(expected)
        ? expected.some((wanted) => matchesValue(wanted, one, fields.has(name)))
        : matchesPattern(expected, one),
    );
  });
}

function matchesValue(wanted: PatternValue | Existence, value: unknown, isThere: boolean): boolean {
  return typeof wanted === 'object' && wanted !== null
    ? wanted.exists === isThere
    : isThere && wanted === value;
}

function isList(expected: EventPattern[string]): expected is readonly (PatternValue | Existence)[] {
  return Array.isArray(expected);
}
