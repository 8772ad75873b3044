import { describe, expect, it } from 'vitest';
import { type EventPattern, matchesPattern } from '../../../../infra/local/aws/event-pattern.ts';

const EVENT = {
  source: 'aws.secretsmanager',
  'detail-type': 'AWS API Call via CloudTrail',
  resources: ['arn:one', 'arn:two'],
  detail: {
    eventName: 'DeleteSecret',
    count: 3,
    isFinal: true,
    errorCode: null,
    requestParameters: { secretId: 'crm' },
    items: [
      { kind: 'a', size: 1 },
      { kind: 'b', size: 2 },
    ],
    empty: [],
  },
};

describe('an event matches a pattern', () => {
  it.each<[string, EventPattern]>([
    ['of nothing', {}],
    ['that names one of several values', { source: ['aws.kms', 'aws.secretsmanager'] }],
    ['by each of its fields', { source: ['aws.secretsmanager'], detail: { eventName: ['DeleteSecret'] } }],
    ['by a number, a boolean and null', { detail: { count: [3], isFinal: [true], errorCode: [null] } }],
    ['deep within', { detail: { requestParameters: { secretId: ['crm'] } } }],
    ['by one element of an array', { resources: ['arn:two', 'arn:three'] }],
    [
      'by what is there, and what is not',
      { detail: { count: [{ exists: true }], missing: [{ exists: false }] } },
    ],
    ['by an object in an array', { detail: { items: { kind: ['b'], size: [2] } } }],
  ])('%s', (_, pattern) => {
    expect(matchesPattern(pattern, EVENT)).toBe(true);
  });
});

describe('an event does not match a pattern', () => {
  it.each<[string, EventPattern]>([
    ['of another value', { source: ['aws.kms'] }],
    ['of a part of the value', { source: ['aws'] }],
    ['of the value in another case', { source: ['AWS.secretsmanager'] }],
    ['that one field fails', { source: ['aws.secretsmanager'], detail: { eventName: ['CreateSecret'] } }],
    ['of the number as a text', { detail: { count: ['3'] } }],
    ['of what is to be there', { detail: { missing: [{ exists: true }] } }],
    ['of what is not to be there', { detail: { count: [{ exists: false }] } }],
    ['of null where the field is missing', { detail: { missing: [null] } }],
    ['within what is missing', { detail: { missing: { secretId: ['crm'] } } }],
    ['within what is no object', { detail: { eventName: { secretId: ['crm'] } } }],
    ['of a value where there is an object', { detail: { requestParameters: ['crm'] } }],
    ['that no single object of an array fulfils', { detail: { items: { kind: ['a'], size: [2] } } }],
    ['of an array without elements', { detail: { empty: ['a', null] } }],
    ['of what every object inherits', { constructor: { name: ['Object'] } }],
  ])('%s', (_, pattern) => {
    expect(matchesPattern(pattern, EVENT)).toBe(false);
  });
});
