import { describe, expect, it } from 'vitest';
import { readEventPattern } from '../../../../infra/local/provision/event-patterns.ts';
import { TemplateError } from '../../../../infra/local/template.ts';

describe('the event pattern of a rule', () => {
  it('is taken as it stands: lists of values, nested at will', () => {
    const pattern = { source: ['a', 'b'], detail: { count: [1, null, true], deep: { er: ['c'] } } };
    expect(readEventPattern('Rule', pattern)).toEqual(pattern);
  });

  it.each<[object, string]>([
    [{}, 'Rule has an empty EventPattern, which matches nothing'],
    [{ detail: {} }, 'Rule has an empty EventPattern.detail, which matches nothing'],
    [{ detail: { a: [] } }, 'Rule has an empty EventPattern.detail.a, which matches nothing'],
    [
      { source: [{ prefix: 'aws.' }] },
      'Rule matches EventPattern.source by prefix; the twin knows lists of values, and exists',
    ],
    [
      { detail: { a: { b: ['c', { 'anything-but': ['d'] }] } } },
      'Rule matches EventPattern.detail.a.b by anything-but; the twin knows lists of values, and exists',
    ],
    [
      { detail: { $or: [{ a: ['b'] }] } },
      'Rule matches EventPattern.detail by $or; the twin knows lists of values, and exists',
    ],
    [{ source: 'keeper' }, 'Rule has neither a list nor an object as its EventPattern.source'],
    [{ source: null }, 'Rule has neither a list nor an object as its EventPattern.source'],
  ])('%j is refused by name', (pattern, message) => {
    expect(() => readEventPattern('Rule', pattern)).toThrow(new TemplateError(message));
  });
});
