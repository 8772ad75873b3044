import type { EventPattern, Existence, PatternValue } from '../aws/event-pattern.ts';
import { TemplateError } from '../template.ts';

/**
 * Reads the pattern of a rule, as far as the twin can match by it: lists of values or `exists`, nested at will.
 *
 * @throws {TemplateError} naming any other matcher, such as `prefix`
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function readEventPattern(logicalId: string, pattern: object, path = 'EventPattern'): EventPattern {
  const fields = Object.entries(pattern);
  if (fields.length === 0)
    throw new TemplateError(`${logicalId} has an empty ${path}, which matches nothing`);
  return Object.fromEntries(
    fields.map(([name, expected]) => {
      const at = `${path}.${name}`;
      if (name.startsWith('$')) throw unknownMatcher(logicalId, path, name);
      if (Array.isArray(expected)) return [name, readValues(logicalId, expected, at)];
      if (typeof expected === 'object' && expected !== null) {
        return [name, readEventPattern(logicalId, expected, at)];
      }
      throw new TemplateError(`${logicalId} has neither a list nor an object as its ${at}`);
    }),
  );
}

function readValues(
  logicalId: string,
  expected: readonly unknown[],
  path: string,
): readonly (PatternValue | Existence)[] {
  if (expected.length === 0)
    throw new TemplateError(`${logicalId} has an empty ${path}, which matches nothing`);
  return expected.map((value) => {
    if (typeof value !== 'object' || value === null) return value as PatternValue;
    if ('exists' in value && typeof value.exists === 'boolean') return { exists: value.exists };
    throw unknownMatcher(logicalId, path, Object.keys(value)[0] ?? 'nothing');
  });
}

function unknownMatcher(logicalId: string, path: string, matcher: string): TemplateError {
  return new TemplateError(
    `${logicalId} matches ${path} by ${matcher}; the twin knows lists of values, and exists`,
  );
}
