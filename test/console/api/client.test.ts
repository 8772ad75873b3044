import { describe, expect, it } from 'vitest';
import { createApi } from '../../../console/api/client.ts';
import { ServerClock } from '../../../console/api/server-clock.ts';
import { aProblem, NOT_AN_ADMIN, rateLimited } from '../../../lib/http/problem.ts';
import { problem } from '../../../lib/http/response.ts';
import { NOW_MS } from '../support.ts';

const UNAUTHENTICATED = aProblem('unauthenticated', 'Sign in.');

/** An API that gives these answers one after the other, and a session that can be renewed so often. */
function scripted(
  answers: readonly (Response | Error)[],
  renewals = 0,
  ends: 'refused' | 'unreachable' = 'refused',
) {
  const requests: { url: string; init: RequestInit }[] = [];
  const told: string[] = [];
  const script = [...answers];
  let left = renewals;
  const api = createApi({
    baseUrl: new URL('https://keeper.example/prod/'),
    fetch: async (url, init = {}) => {
      requests.push({ url: String(url), init });
      const answer = script.shift() ?? new Error('no more answers');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    clock: new ServerClock(() => NOW_MS),
    session: {
      idToken: () => `token-${renewals - left}`,
      renew: async () => {
        left -= 1;
        return left >= 0 ? 'renewed' : ends;
      },
      end: () => told.push('ended'),
      turnAway: () => told.push('turned away'),
    },
    onReach: (isReachable) => told.push(isReachable ? 'reached' : 'not reached'),
  });
  return { api, requests, told };
}

function refusal(fault: Parameters<typeof problem>[0]): Response {
  const { statusCode, headers, body } = problem(fault, 'a-request');
  return new Response(body, { status: statusCode, headers: headers as Record<string, string> });
}

describe('the console’s requests', () => {
  it('go below the page’s own folder, with the ID token, and the body as JSON', async () => {
    const { api, requests } = scripted([Response.json({ connections: [] }), Response.json({})]);
    expect(await api('status', { query: { connection: 'crm' } })).toEqual({
      kind: 'ok',
      value: { connections: [] },
    });
    await api('refresh', { body: { connection: 'crm' } });
    expect(requests.map(({ url }) => url)).toEqual([
      'https://keeper.example/prod/api/zoho/status?connection=crm',
      'https://keeper.example/prod/api/zoho/refresh',
    ]);
    expect(requests[1]?.init).toMatchObject({
      method: 'POST',
      body: '{"connection":"crm"}',
      headers: { authorization: 'Bearer token-0', 'content-type': 'application/json' },
    });
  });

  it('are made once more with a renewed token', async () => {
    const { api, requests, told } = scripted(
      [refusal(UNAUTHENTICATED), Response.json({ connections: [] })],
      1,
    );
    expect((await api('status')).kind).toBe('ok');
    expect(requests[1]?.init.headers).toMatchObject({ authorization: 'Bearer token-1' });
    expect(told).not.toContain('ended');
  });

  it.each([
    ['it cannot be renewed', [refusal(UNAUTHENTICATED)], 0],
    ['the renewed token is refused too', [refusal(UNAUTHENTICATED), refusal(UNAUTHENTICATED)], 1],
  ])('end the session when %s', async (_, answers, renewals) => {
    const { api, requests, told } = scripted(answers, renewals);
    expect(await api('status')).toEqual({ kind: 'turnedAway' });
    expect(told.at(-1)).toBe('ended');
    expect(requests).toHaveLength(answers.length);
  });

  it('leave the session as it is when the sign-in cannot be reached to renew it', async () => {
    const { api, told } = scripted([refusal(UNAUTHENTICATED)], 0, 'unreachable');
    expect(await api('status')).toEqual({ kind: 'unreachable' });
    expect(told).not.toContain('ended');
  });

  it('turn an account away that is no admin’s', async () => {
    const { api, told } = scripted([refusal(NOT_AN_ADMIN)]);
    expect(await api('status')).toEqual({ kind: 'turnedAway' });
    expect(told.at(-1)).toBe('turned away');
  });

  it('hand a problem on with its request id, and when to try again', async () => {
    const { api } = scripted([refusal(rateLimited(95))]);
    expect(await api('refresh', { body: { connection: 'crm' } })).toMatchObject({
      kind: 'problem',
      problem: { name: 'rate-limited', title: 'Too many requests', requestId: 'a-request', retryAfterS: 95 },
    });
  });

  it.each([
    ['a page of a proxy', new Response('<html>', { status: 502 }), 'The API answered 502'],
    ['JSON that is no problem', Response.json(null, { status: 500 }), 'The API answered 500'],
    [
      'a page that says it is fine',
      new Response('<html>Sign in to the network'),
      'An answer that cannot be read',
    ],
  ])('do not take %s for an answer', async (_, response, title) => {
    const { api } = scripted([response]);
    expect(await api('status')).toMatchObject({ kind: 'problem', problem: { title } });
  });

  it('tell when nothing came back', async () => {
    const { api, told } = scripted([new TypeError('Failed to fetch')]);
    expect(await api('status')).toEqual({ kind: 'unreachable' });
    expect(told).toEqual(['not reached']);
  });
});

describe('the server’s clock', () => {
  const date = (ms: number) => new Date(ms).toUTCString();

  it('follows the answers’ time, however wrong the browser’s is', () => {
    const clock = new ServerClock(() => NOW_MS);
    clock.sync(date(NOW_MS + 3_600_000));
    expect(Math.abs(clock.nowMs() - NOW_MS - 3_600_000)).toBeLessThanOrEqual(1_000);
  });

  it('is not moved by an answer that took long', async () => {
    let localMs = NOW_MS;
    const clock = new ServerClock(() => localMs);
    const api = createApi({
      baseUrl: new URL('https://keeper.example/'),
      fetch: async () => {
        localMs += 28_000;
        return Response.json({ connections: [] }, { headers: { date: date(localMs) } });
      },
      clock,
      session: { idToken: () => null, renew: async () => 'refused', end: () => {}, turnAway: () => {} },
      onReach: () => {},
    });
    await api('status');
    expect(clock.nowMs()).toBe(localMs);
  });

  it('does not tremble with what whole seconds leave open, nor follow what is no time', () => {
    const clock = new ServerClock(() => NOW_MS);
    clock.sync(date(NOW_MS + 1_000));
    clock.sync(null);
    clock.sync('soon');
    expect(clock.nowMs()).toBe(NOW_MS);
  });
});
