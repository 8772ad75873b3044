/** Holds the hand-written check to the schema by which the keeper publishes: each takes exactly what the other takes. */
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { readDocument } from '../../../lib/client/access-token-document.ts';
import { type AccessToken, accessTokenSchema } from '../../../lib/domain/access-token.ts';

const DOCUMENT: AccessToken = {
  schemaVersion: 1,
  connection: 'crm',
  accessToken: '1000.access-token-of-a-test',
  expiresAt: '2026-11-23T09:00:00.000Z',
  apiDomain: 'https://www.zohoapis.eu',
  generation: 1,
};

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
/** Instants and near misses: 30 February, hour 24, second 60, no seconds, an offset. */
const instantLike = fc
  .tuple(
    fc.oneof(fc.constantFrom('0000', '1900', '2000', '2024', '2026', '9999'), digits(4)),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.integer({ min: 0, max: 25 }),
    fc.integer({ min: 0, max: 61 }),
    fc.constantFrom('', ':00', ':59', ':60', ':00.1', ':59.9999999999', ':00.'),
    fc.constantFrom('Z', 'Z', 'Z', 'z', '', '+00:00', 'Z\n'),
  )
  .map(([year, month, day, hour, minute, seconds, zone]) => {
    const [mm, dd, hh, min] = [month, day, hour, minute].map((part) => String(part).padStart(2, '0'));
    return `${year}-${mm}-${dd}T${hh}:${min}${seconds}${zone}`;
  });
const urlLike = fc.oneof(
  fc.webUrl(),
  fc.constantFrom(
    ' https://www.zohoapis.eu\n',
    '\u00a0https://www.zohoapis.eu',
    'https://www.zoho\tapis.eu',
    'mailto:a@b',
    'https:www.zohoapis.eu',
    '//www.zohoapis.eu',
    'https://',
    'http://127.0.0.1:3000',
  ),
);

/** Mostly right documents, of which each field may be anything else or missing. */
const document = fc.record(
  {
    schemaVersion: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.jsonValue()),
    connection: fc.oneof({ weight: 9, arbitrary: fc.string() }, fc.jsonValue()),
    accessToken: fc.oneof({ weight: 9, arbitrary: fc.string({ unit: 'binary' }) }, fc.jsonValue()),
    expiresAt: fc.oneof(
      { weight: 5, arbitrary: instantLike },
      { weight: 5, arbitrary: fc.constant(DOCUMENT.expiresAt) },
      fc.jsonValue(),
    ),
    apiDomain: fc.oneof({ weight: 9, arbitrary: urlLike }, fc.string(), fc.jsonValue()),
    generation: fc.oneof({ weight: 9, arbitrary: fc.integer() }, fc.double(), fc.jsonValue()),
    somethingElse: fc.jsonValue(),
  },
  { requiredKeys: ['schemaVersion', 'connection', 'accessToken', 'expiresAt', 'apiDomain', 'generation'] },
);

function expectAgreement(text: string) {
  const bySchema = accessTokenSchema.safeParse(JSON.parse(text));
  const byHand = readDocument(text);
  expect(byHand.kind === 'accessToken', text).toBe(bySchema.success);
  if (byHand.kind !== 'accessToken' || !bySchema.success) return;
  const { expiresAtMs, ...read } = byHand.token;
  const { schemaVersion, expiresAt, ...published } = bySchema.data;
  expect(read).toEqual(published);
  expect(expiresAtMs).toBe(Date.parse(expiresAt));
}

describe('the check of a published document', () => {
  it('agrees with the schema on mostly right documents', () => {
    fc.assert(
      fc.property(document, (value) => expectAgreement(JSON.stringify(value))),
      { numRuns: 5_000 },
    );
  });

  it('agrees with the schema on instants and on URLs', () => {
    fc.assert(
      fc.property(instantLike, urlLike, (expiresAt, apiDomain) =>
        expectAgreement(JSON.stringify({ ...DOCUMENT, expiresAt, apiDomain })),
      ),
      { numRuns: 5_000 },
    );
  });

  it('agrees with the schema on any JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => expectAgreement(text)));
  });

  it('agrees with the schema on documents that lack a field', () => {
    for (const field of Object.keys(DOCUMENT)) {
      const { [field]: _, ...rest } = DOCUMENT as Record<string, unknown>;
      expectAgreement(JSON.stringify(rest));
      expect(readDocument(JSON.stringify(rest))).toEqual({ kind: 'faulty', faults: [field] });
    }
  });

  it('never throws, and names fields without what stands in them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const reading = readDocument(text);
        if (reading.kind === 'faulty') {
          for (const fault of reading.faults) expect(Object.keys(DOCUMENT)).toContain(fault);
        }
      }),
    );
  });

  it('tells a later format from a wrong one', () => {
    const text = JSON.stringify({ ...DOCUMENT, schemaVersion: 2, accessToken: { moved: true } });
    expect(readDocument(text)).toEqual({ kind: 'newerSchema' });
  });

  it('has the schema’s fields in its type', () => {
    type Read = Extract<ReturnType<typeof readDocument>, { kind: 'accessToken' }>['token'];
    expectTypeOf<Omit<Read, 'expiresAtMs'>>().toEqualTypeOf<
      Readonly<Omit<AccessToken, 'schemaVersion' | 'expiresAt'>>
    >();
  });
});
