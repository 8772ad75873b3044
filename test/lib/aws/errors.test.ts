import { describe, expect, it } from 'vitest';
import { awsErrorName, isAwsTrouble } from '../../../lib/aws/errors.ts';

const anError = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('1000.a-secret-in-a-text'), { name, $metadata: { httpStatusCode } });

it('an error of AWS is named without its text', () => {
  expect(awsErrorName(anError('AccessDeniedException', 400))).toBe('AccessDeniedException');
  expect(awsErrorName('text')).toBe('UnknownError');
});

describe('AWS is in trouble', () => {
  it.each([
    ['a throttle', anError('ThrottlingException', 400), true],
    ['a 503', anError('ServiceUnavailable', 503), true],
    ['no answer at all', new Error('socket hang up'), true],
    ['a refusal', anError('AccessDeniedException', 400), false],
    ['a key that is disabled', anError('DecryptionFailure', 400), false],
  ])('%s: %o', (_, error, expected) => {
    expect(isAwsTrouble(error)).toBe(expected);
  });
});
