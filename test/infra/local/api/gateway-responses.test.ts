import { expect, it } from 'vitest';
import {
  answerRefusal,
  GatewayRefusal,
  type GatewayResponse,
} from '../../../../infra/local/api/gateway-responses.ts';

const REQUEST_ID = '11111111-2222-4333-8444-555555555555';
const response = (overrides: Partial<GatewayResponse> = {}): GatewayResponse => ({
  statusCode: null,
  headers: {},
  bodyTemplate: '{}',
  ...overrides,
});

it('a refusal is answered by the gateway response of its type, with the request’s id put in', () => {
  const responses = new Map([
    [
      'MISSING_AUTHENTICATION_TOKEN',
      response({
        statusCode: 404,
        headers: { 'Retry-After': '1' },
        bodyTemplate: '{"a":"$context.requestId","b":"$context.requestId"}',
      }),
    ],
    ['DEFAULT_4XX', response({ statusCode: 400 })],
  ]);
  const answer = answerRefusal(new GatewayRefusal('MISSING_AUTHENTICATION_TOKEN'), responses, REQUEST_ID);
  expect(answer).toMatchObject({ statusCode: 404, headers: { 'Retry-After': '1' } });
  expect(JSON.parse(String(answer.body))).toEqual({ a: REQUEST_ID, b: REQUEST_ID });
});

it.each([
  ['UNAUTHORIZED', 401, 'of 4xx'],
  ['REQUEST_TOO_LARGE', 413, 'of 4xx'],
  ['INTEGRATION_FAILURE', 502, 'of 5xx'],
  ['INTEGRATION_TIMEOUT', 504, 'of 5xx'],
  ['DEFAULT_5XX', 500, 'of 5xx'],
] as const)(
  '%s has no gateway response: its own status stays, the rest is the default’s',
  (type, statusCode, body) => {
    const responses = new Map([
      ['DEFAULT_4XX', response({ bodyTemplate: 'of 4xx' })],
      ['DEFAULT_5XX', response({ bodyTemplate: 'of 5xx' })],
      ['THROTTLED', response({ bodyTemplate: 'of another' })],
    ]);
    expect(answerRefusal(new GatewayRefusal(type), responses, REQUEST_ID)).toMatchObject({
      statusCode,
      body,
    });
  },
);

it('without any, a refusal is answered as AWS does by itself', () => {
  const answer = answerRefusal(new GatewayRefusal('UNAUTHORIZED'), new Map(), REQUEST_ID);
  expect(answer).toEqual({
    statusCode: 401,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'UnauthorizedException' },
    body: '{"message":"Unauthorized"}',
  });
});
