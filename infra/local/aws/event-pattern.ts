/** What a field's value may be. */
export type PatternValue = string | number | boolean | null;

/** Which events a rule takes: by field the values that match, or a pattern for the object that the field holds. */
export interface EventPattern {
  readonly [field: string]: readonly PatternValue[] | EventPattern;
}

/**
 * Whether an event matches: each field that the pattern names has one of its values. Where the event holds an array, one
 * of its elements has to match; a field that is missing matches nothing, not even `null`.
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
      isValueList(expected) ? expected.includes(one as PatternValue) : matchesPattern(expected, one),
    );
  });
}

function isValueList(expected: EventPattern[string]): expected is readonly PatternValue[] {
  return Array.isArray(expected);
}
