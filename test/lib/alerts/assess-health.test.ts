import { describe, expect, it } from 'vitest';
import { assessHealth } from '../../../lib/alerts/assess-health.ts';
import type { ConnectionState } from '../../../lib/domain/connection-state.ts';
import type { FailureClass } from '../../../lib/domain/failure.ts';
import { aState } from '../../support/builders.ts';

const NOW_MS = Date.parse('2027-03-01T00:00:00.000Z');
const MINUTE_MS = 60_000;
const inMinutes = (minutes: number): number => NOW_MS + minutes * MINUTE_MS;

const failing = (
  failureClass: FailureClass,
  {
    failures = 1,
    minutesAgo = 0,
    ...differing
  }: { failures?: number; minutesAgo?: number } & Partial<ConnectionState> = {},
): ConnectionState =>
  aState({
    health: failureClass === 'dead' ? 'down' : 'degraded',
    accessTokenExpiresAtMs: inMinutes(10),
    consecutiveFailures: failures,
    lastFailure: { atMs: inMinutes(-minutesAgo), failureClass, code: 'A', detail: '', remedy: '' },
    ...differing,
  });

describe('how a connection is, as people are told', () => {
  it.each<[string, ConnectionState | null, object]>([
    ['nothing is known', null, { kind: 'notSetUp' }],
    ['nobody has authorised it', failing('unauthorized', { generation: null }), { kind: 'notSetUp' }],
    ['its client was never put', failing('misconfigured', { generation: null }), { kind: 'notSetUp' }],
    ['it has not been looked at', aState({ generation: null, nextAttemptAtMs: null }), { kind: 'notSetUp' }],
    ['it never worked, and Zoho is down', failing('transient', { generation: null }), { kind: 'notSetUp' }],
    [
      'it never worked, and AWS has trouble',
      failing('store', { generation: null, failures: 9 }),
      { kind: 'notSetUp' },
    ],
    [
      'it never worked, and its credential is dead',
      failing('dead', { generation: null }),
      { kind: 'known', health: 'down', urgency: 3 },
    ],
    [
      'healthy',
      aState({ accessTokenExpiresAtMs: inMinutes(50) }),
      { kind: 'known', health: 'healthy', urgency: 0, isCertain: true },
    ],
    [
      'a first failure that is about to be retried',
      failing('transient'),
      { health: 'degraded', isCertain: false },
    ],
    ['a first failure of AWS likewise', failing('store'), { health: 'degraded', isCertain: false }],
    [
      'a first failure that nobody retried',
      failing('transient', { minutesAgo: 3 }),
      { health: 'degraded', urgency: 1, isCertain: true },
    ],
    [
      'a second failure',
      failing('transient', { failures: 2 }),
      { health: 'degraded', urgency: 1, isCertain: true },
    ],
    [
      'a throttle, which takes ten minutes',
      failing('throttled'),
      { health: 'degraded', urgency: 1, isCertain: true },
    ],
    ['a wrong client', failing('misconfigured'), { health: 'degraded', urgency: 1, isCertain: true }],
    [
      'failing without a token',
      failing('transient', { accessTokenExpiresAtMs: inMinutes(-1) }),
      { health: 'down', urgency: 2, isCertain: true },
    ],
    ['dead', failing('dead'), { health: 'down', urgency: 3, isCertain: true }],
    [
      'a wrong client, and no token left',
      failing('misconfigured', { accessTokenExpiresAtMs: inMinutes(-1) }),
      { health: 'down', urgency: 3, isCertain: true },
    ],
    [
      'a token that ran out with nothing on record',
      aState({ accessTokenExpiresAtMs: inMinutes(-1) }),
      { health: 'down', urgency: 2, suspectedSinceMs: NOW_MS, isCertain: false },
    ],
  ])('%s', (_, state, expected) => {
    expect(assessHealth(state, null, NOW_MS)).toMatchObject(expected);
  });

  it('what is only suspected becomes certain when it is still so at the next look but one', () => {
    const state = aState({ accessTokenExpiresAtMs: inMinutes(-5) });
    expect(assessHealth(state, inMinutes(-1), NOW_MS)).toMatchObject({
      suspectedSinceMs: inMinutes(-1),
      isCertain: false,
    });
    expect(assessHealth(state, inMinutes(-2), NOW_MS)).toMatchObject({ isCertain: true, urgency: 2 });
  });
});
