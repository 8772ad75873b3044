import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { organizationFault, reasonFault, tokenFault } from '../../../console/model/fields.ts';
import { organizationIdField, reasonField, tokenField } from '../../../lib/http/contracts/fields.ts';

const TOKEN = `1000.${'a'.repeat(32)}.${'b'.repeat(32)}`;

/** Texts of every kind, and those that nearly are what is wanted. */
const texts = fc.oneof(
  fc.string({ maxLength: 600 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.stringMatching(/^\d{1,26}$/),
  fc.stringMatching(/^1000\.[0-9a-f]{14,20}$/),
  fc.constantFrom(
    '',
    '  ',
    ' ab ',
    'abc',
    'a\nb c',
    'x\u202Ey z',
    'a'.repeat(500),
    'a'.repeat(501),
    TOKEN,
    `${TOKEN} `,
  ),
);

describe('what a form finds wrong', () => {
  it.each([
    ['reason', reasonFault, reasonField],
    ['organisation', organizationFault, organizationIdField],
    ['token', tokenFault, tokenField],
  ] as const)('is what the contract finds wrong: %s', (_, fault, field: z.ZodMiniType) => {
    fc.assert(
      fc.property(texts, (text) => {
        // An organisation may be left out, which the form has as an empty text.
        fc.pre(fault !== organizationFault || text !== '');
        expect(fault(text) === null).toBe(field.safeParse(text).success);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is a token in the reason, of whatever kind', () => {
    expect(reasonFault('lost 4f8e2b7c91d0', '4f8e2b7c91d0')).toMatch(/Leave the token out/);
    expect(reasonFault(`lost ${TOKEN}`)).toMatch(/Leave the token out/);
    expect(reasonFault('lost it', '')).toBeNull();
    expect(organizationFault('')).toBeNull();
  });
});
