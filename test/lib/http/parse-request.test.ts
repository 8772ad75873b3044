import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteContract } from '../../../lib/http/contract.ts';
import { AUDIT } from '../../../lib/http/contracts/audit.ts';
import { EMERGENCY_REAUTH } from '../../../lib/http/contracts/emergency-reauth.ts';
import { INCIDENTS } from '../../../lib/http/contracts/incidents.ts';
import { MANUAL_TOKEN_UPDATE } from '../../../lib/http/contracts/manual-token-update.ts';
import { OPENAPI } from '../../../lib/http/contracts/openapi.ts';
import { REFRESH } from '../../../lib/http/contracts/refresh.ts';
import { STATUS } from '../../../lib/http/contracts/status.ts';
import { parseRequest, type RequestEvent } from '../../../lib/http/parse-request.ts';

const CONTRACTS = [STATUS, AUDIT, INCIDENTS, OPENAPI, EMERGENCY_REAUTH, MANUAL_TOKEN_UPDATE, REFRESH];
const JSON_TYPE = { 'Content-Type': 'application/json' };
const TOKEN = '1000.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210';
const UPDATE = { connection: 'crm', reason: 'Lost on Monday', refreshToken: TOKEN };

function anEvent(differing: Partial<RequestEvent> = {}): RequestEvent {
  return {
    headers: JSON_TYPE,
    multiValueHeaders: {},
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    ...differing,
  };
}

const posted = (body: unknown, differing: Partial<RequestEvent> = {}) =>
  anEvent({ body: typeof body === 'string' ? body : JSON.stringify(body), ...differing });
const asked = (query: Record<string, string[]>) => anEvent({ multiValueQueryStringParameters: query });

function refusal(event: RequestEvent, contract: RouteContract) {
  const parsed = parseRequest(event, contract);
  if (parsed.kind !== 'invalid') throw new Error('the request was taken');
  const { status, detail, errors = [] } = parsed.problem;
  return { status, detail, paths: errors.map(({ path }) => path), errors };
}

describe('a request’s body', () => {
  it('is taken as the contract has it', () => {
    const body = { connection: 'crm', reason: '  Lost on Monday ' };
    expect(parseRequest(posted(body), EMERGENCY_REAUTH)).toEqual({
      kind: 'valid',
      input: { query: {}, body: { connection: 'crm', reason: 'Lost on Monday' } },
    });
  });

  it.each([
    ['no content type', { headers: {} }],
    ['no headers at all', { headers: null as never, multiValueHeaders: null as never }],
    ['another content type', { headers: { 'content-type': 'text/plain' } }],
    ['one that only begins so', { headers: { 'content-type': 'application/jsonp' } }],
  ])('is refused with %s', (_name, differing) => {
    expect(refusal(posted(UPDATE, differing), MANUAL_TOKEN_UPDATE)).toMatchObject({
      status: 415,
      detail: expect.stringContaining('Content-Type: application/json'),
    });
  });

  it.each([
    ['in other letters', { 'CONTENT-TYPE': 'Application/JSON' }],
    ['with a charset', { 'content-type': 'application/json; charset=utf-8' }],
  ])('is taken with a content type %s', (_name, headers) => {
    expect(parseRequest(posted(UPDATE, { headers }), MANUAL_TOKEN_UPDATE).kind).toBe('valid');
  });

  it.each([
    ['', 'empty'],
    ['{', 'not valid JSON'],
    [`{"refreshToken": ${TOKEN}}`, 'not valid JSON'],
    ['[]', 'no object'],
    ['null', 'no object'],
    ['"text"', 'no object'],
  ])('is refused when it is %j', (body, said) => {
    const { status, detail } = refusal(posted(body), MANUAL_TOKEN_UPDATE);
    expect({ status, detail }).toEqual({ status: 400, detail: expect.stringContaining(said) });
    expect(detail).not.toContain(TOKEN.slice(0, 12));
  });

  it('is refused when it is no UTF-8', () => {
    const body = Buffer.from([0x7b, 0xff, 0x7d]).toString('base64');
    expect(refusal(posted(body, { isBase64Encoded: true }), REFRESH)).toMatchObject({ status: 400 });
  });

  it('is taken when API Gateway has wrapped it', () => {
    const body = Buffer.from(JSON.stringify(UPDATE)).toString('base64');
    expect(parseRequest(posted(body, { isBase64Encoded: true }), MANUAL_TOKEN_UPDATE).kind).toBe('valid');
  });

  it('is refused when it is large, before it is read', () => {
    const body = { ...UPDATE, reason: 'x'.repeat(1_000_000) };
    expect(refusal(posted(body), MANUAL_TOKEN_UPDATE).status).toBe(413);
  });

  it('is told about every wrong field at once', () => {
    const body = { connection: 7, reason: 'x', refreshToken: `${TOKEN} `, more: 1, [TOKEN]: 2 };
    const { errors } = refusal(posted(body), MANUAL_TOKEN_UPDATE);
    expect(errors).toEqual([
      { path: 'body.connection', message: 'expected a connection’s id, as text' },
      { path: 'body.reason', message: 'expected at least 3 characters' },
      { path: 'body.refreshToken', message: expect.stringContaining('without spaces') },
      { path: 'body', message: 'unknown field "more"' },
      { path: 'body', message: 'unknown field' },
    ]);
  });
});

describe('a field', () => {
  it.each([
    ['a line break', `${TOKEN}\n`],
    ['a space within', TOKEN.replace('.', ' ')],
    ['double quotes', `"${TOKEN}"`],
    ['single quotes', `'${TOKEN}'`],
    ['curly quotes', `“${TOKEN}”`],
    ['a zero-width space', `${TOKEN}\u200b`],
    ['nothing', ''],
    ['too much', '1'.repeat(513)],
    ['a number', 1000],
    ['null', null],
  ])('takes no token with %s', (_name, refreshToken) => {
    const { status, paths } = refusal(posted({ ...UPDATE, refreshToken }), MANUAL_TOKEN_UPDATE);
    expect({ status, paths }).toEqual({ status: 400, paths: ['body.refreshToken'] });
  });

  it.each([
    ['a control character', 'lost\u0000on Monday'],
    ['a line break', 'lost\non Monday'],
    ['a change of direction', 'lost \u202e on Monday'],
    ['half a character', 'lost \ud800 on Monday'],
    ['a token in it', `the token ${TOKEN} was lost`],
    ['only spaces', '     '],
    ['too much', 'x'.repeat(501)],
  ])('takes no reason with %s', (_name, reason) => {
    const { status, paths } = refusal(posted({ connection: 'crm', reason }), EMERGENCY_REAUTH);
    expect({ status, paths }).toEqual({ status: 400, paths: ['body.reason'] });
  });

  it('takes no reason that holds the very token that is sent, whatever it looks like', () => {
    const body = { ...UPDATE, refreshToken: 'an-unusual-token', reason: 'I use an-unusual-token now' };
    expect(refusal(posted(body), MANUAL_TOKEN_UPDATE).paths).toEqual(['body.reason']);
  });

  it.each(['Zażółć gęślą jaźń', '東京のため', 'it’s gone 😱'])('takes a reason such as %j', (reason) => {
    expect(parseRequest(posted({ connection: 'crm', reason }), EMERGENCY_REAUTH).kind).toBe('valid');
  });

  it.each([
    ['neither', {}],
    ['both', { refreshToken: TOKEN, grantCode: TOKEN }],
  ])('of the two credentials: %s is refused', (_name, given) => {
    const { refreshToken: _, ...rest } = UPDATE;
    expect(refusal(posted({ ...rest, ...given }), MANUAL_TOKEN_UPDATE).errors).toEqual([
      { path: 'body.refreshToken', message: 'expected exactly one of refreshToken and grantCode' },
    ]);
  });

  it.each([
    'http://accounts.zoho.eu',
    'https://accounts.zoho.eu/oauth',
    'https://user:pass@accounts.zoho.eu',
    'https://accounts.zoho.eu?x=1',
    'accounts.zoho.eu',
    'javascript:alert(1)',
  ])('takes no accounts server such as %s', (accountsServer) => {
    const { status, paths } = refusal(posted({ ...UPDATE, accountsServer }), MANUAL_TOKEN_UPDATE);
    expect({ status, paths: new Set(paths) }).toEqual({
      status: 400,
      paths: new Set(['body.accountsServer']),
    });
  });
});

describe('a request’s query', () => {
  it('is read into what the contract makes of it', () => {
    const query = { connection: ['crm'], from: ['2026-01-31T08:00:00Z'], outcome: ['refused'], limit: ['7'] };
    expect(parseRequest(asked(query), AUDIT)).toEqual({
      kind: 'valid',
      input: {
        query: { connection: 'crm', from: Date.UTC(2026, 0, 31, 8), outcome: 'refused', limit: 7 },
        body: null,
      },
    });
  });

  it.each([
    ['a doubled parameter', { probe: ['true', 'true'] }],
    ['an unknown parameter', { prove: ['true'] }],
    ['another word', { probe: ['yes'] }],
    ['nothing', { probe: [''] }],
  ])('is refused with %s', (_name, query) => {
    expect(refusal(asked(query), STATUS).status).toBe(400);
  });

  it.each(['0', '101', '-1', '1e1', '1.5', 'ten', ' 5'])('is refused with a limit of %j', (limit) => {
    const { status, paths } = refusal(asked({ limit: [limit] }), AUDIT);
    expect(status).toBe(400);
    expect(new Set(paths)).toEqual(new Set(['query.limit']));
  });
});

describe('whatever is sent', () => {
  const SECRET = '1000.5ec2e75ec2e75ec2e75ec2e75ec2e7.c0ffee';
  const hostile = fc.oneof(
    fc.constant(SECRET),
    fc.string({ unit: 'binary' }).map((text) => `${text}${SECRET}`),
    fc.jsonValue(),
  );
  const names = fc.oneof(
    fc.constantFrom('connection', 'reason', 'refreshToken', 'grantCode', 'expectedOrganizationId'),
    fc.constantFrom('accountsServer', 'probe', 'dryRun', 'cursor', 'limit', 'from', 'actor', '__proto__'),
    fc.constant(SECRET),
    fc.string(),
  );
  const event = fc.record({
    headers: fc.oneof(
      { weight: 4, arbitrary: fc.constant(JSON_TYPE) },
      fc.dictionary(fc.string(), fc.string()),
    ),
    multiValueHeaders: fc.constant({}),
    multiValueQueryStringParameters: fc.oneof(
      fc.constant(null),
      fc.dictionary(names, fc.array(fc.oneof(fc.constant(SECRET), fc.string()), { maxLength: 3 })),
    ),
    body: fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary' }).map((text) => `${text}${SECRET}`),
      fc.dictionary(names, hostile).map((body) => JSON.stringify(body)),
    ),
    isBase64Encoded: fc.boolean(),
  });

  it('P8: gets an answer of 4xx or is taken, and is never repeated (property)', () => {
    fc.assert(
      fc.property(event, fc.constantFrom(...CONTRACTS), (sent, contract) => {
        const parsed = parseRequest(sent, contract as RouteContract);
        if (parsed.kind === 'valid') return;
        expect([400, 413, 415]).toContain(parsed.problem.status);
        expect(JSON.stringify(parsed.problem)).not.toContain('5ec2e7');
      }),
      { numRuns: 4_000 },
    );
  });

  it('is taken only with one plain credential, a plain reason and a plain connection (property)', () => {
    const body = fc.record(
      {
        connection: fc.oneof(fc.constant('crm'), fc.string()),
        reason: fc.oneof(fc.constant('Lost on Monday'), fc.string({ unit: 'binary', maxLength: 600 })),
        refreshToken: fc.oneof(fc.constant(TOKEN), fc.string({ unit: 'binary' })),
        grantCode: fc.oneof(fc.constant(TOKEN), fc.string({ unit: 'binary' })),
      },
      { requiredKeys: ['connection', 'reason'] },
    );
    let taken = 0;
    fc.assert(
      fc.property(body, (sent) => {
        const parsed = parseRequest(posted(sent), MANUAL_TOKEN_UPDATE);
        if (parsed.kind === 'invalid') return;
        taken += 1;
        const { connection, reason, refreshToken, grantCode } = parsed.input.body;
        expect(connection).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(reason).not.toMatch(/\p{Cc}|\p{Cs}/u);
        expect([refreshToken, grantCode].filter((token) => token !== undefined)).toEqual([
          expect.stringMatching(/^[!-~]+$/),
        ]);
      }),
      { numRuns: 4_000 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
