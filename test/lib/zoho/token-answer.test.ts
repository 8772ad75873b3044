import { describe, expect, it } from 'vitest';
import { readTokenAnswer, UNSTATED_LIFETIME_S } from '../../../lib/zoho/token-answer.ts';
import { answered, EU, MINTED, SECRETS } from './responses.ts';

function issued(body: object) {
  const answer = readTokenAnswer(answered({ ...MINTED, ...body }), EU);
  if (answer.kind !== 'issued') throw new Error(`expected a token, but the answer was ${answer.kind}`);
  return answer.token;
}

describe('what Zoho issued', () => {
  it('is read from the answer to a refresh', () => {
    expect(issued({})).toEqual({
      accessToken: SECRETS.accessToken,
      expiresInS: 3600,
      apiDomain: 'https://www.zohoapis.eu',
      scopes: null,
      refreshToken: null,
    });
  });

  it('is read from the answer to an exchange, with the scopes however they are separated', () => {
    const { refreshToken } = SECRETS;
    const scope = 'ZohoCRM.org.READ ZohoCRM.modules.ALL,ZohoCRM.users.READ';
    expect(issued({ refresh_token: refreshToken, scope })).toMatchObject({
      refreshToken,
      scopes: ['ZohoCRM.org.READ', 'ZohoCRM.modules.ALL', 'ZohoCRM.users.READ'],
    });
  });

  it.each([undefined, null, '', ' ', 0, {}])('takes the refresh token %j for none (P2)', (refresh_token) => {
    expect(issued({ refresh_token }).refreshToken).toBeNull();
  });

  it('keeps a new refresh token, even when everything beside it is odd (P3)', () => {
    const odd = { scope: 7, api_domain: [], expires_in: 'soon', expires_in_sec: {}, token_type: null };
    expect(issued({ ...odd, refresh_token: SECRETS.refreshToken })).toEqual({
      accessToken: SECRETS.accessToken,
      expiresInS: UNSTATED_LIFETIME_S,
      apiDomain: null,
      scopes: null,
      refreshToken: SECRETS.refreshToken,
    });
  });
});

describe('the API domain', () => {
  it.each([
    ['https://www.zohoapis.in', 'https://www.zohoapis.in'],
    ['https://www.zohoapis.example.com', null],
    ['http://www.zohoapis.eu', null],
    [undefined, null],
    [42, null],
  ])('%j is taken as %j', (api_domain, expected) => {
    expect(issued({ api_domain }).apiDomain).toBe(expected);
  });

  it("is taken from the connection's own stand-in", () => {
    const standIn = { ...EU, apiDomain: 'http://127.0.0.1:4111' };
    const response = answered({ ...MINTED, api_domain: 'http://127.0.0.1:4111' });
    expect(readTokenAnswer(response, standIn)).toMatchObject({
      token: { apiDomain: 'http://127.0.0.1:4111' },
    });
  });
});

describe('the lifetime, in seconds', () => {
  it.each([
    ['seconds', { expires_in: 3600 }, 3600],
    ['seconds as text', { expires_in: '3600' }, 3600],
    ['milliseconds beside seconds', { expires_in: 3_600_000, expires_in_sec: 3600 }, 3600],
    ['milliseconds alone', { expires_in: 3_600_000 }, 3600],
    ['milliseconds beside nonsense', { expires_in: 3_600_000, expires_in_sec: 0 }, 3600],
    ['seconds that differ: those that say so', { expires_in: 1800, expires_in_sec: 600 }, 600],
    ['a day: no more than the hour that Zoho documents', { expires_in: 86_400 }, 3600],
    ['just over a day: milliseconds', { expires_in: 86_401 }, 86],
    ['a fraction, rounded down', { expires_in: 59.9 }, 59],
  ])('is read from %s', (_, body, expected) => {
    expect(issued(body).expiresInS).toBe(expected);
  });

  it.each([
    ['absent', { expires_in: undefined }],
    ['null', { expires_in: null }],
    ['zero', { expires_in: 0 }],
    ['under a second', { expires_in: 0.5 }],
    ['negative', { expires_in: -3600 }],
    ['absurd', { expires_in: 1e15 }],
    ['absurd and in seconds', { expires_in: undefined, expires_in_sec: 3_600_000 }],
    ['no number', { expires_in: 'an hour' }],
  ])("is a cautious half hour when Zoho's is %s", (_, body) => {
    expect(issued(body).expiresInS).toBe(1800);
  });
});
