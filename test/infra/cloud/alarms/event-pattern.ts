/**
 * Whether an event matches a pattern, by as much of EventBridge's rules as the stack's patterns use: a list of values of
 * which one has to be there, `exists`, and lists in the event of which one member has to match.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesPattern(pattern: object, event: unknown): boolean {
  if (Array.isArray(event)) return event.some((member) => matchesPattern(pattern, member));
  return Object.entries(pattern).every(([name, expected]) => {
    const found = (event as Record<string, unknown> | undefined)?.[name];
    return Array.isArray(expected)
      ? expected.some((one) => matchesValue(one, found))
      : matchesPattern(expected, found);
  });
}

function matchesValue(expected: unknown, found: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return [found].flat().includes(expected);
  const { exists, ...others } = expected as { exists?: boolean };
  if (exists === undefined || Object.keys(others).length > 0) {
    throw new TypeError(`no operator that is known: ${JSON.stringify(expected)}`);
  }
  return (found !== undefined) === exists;
}
