import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../../lib/domain/connection-state.ts';
import { measureStates } from '../../../lib/metrics/state-metrics.ts';
import { aState } from '../../support/builders.ts';

const AT_MS = Date.parse('2026-11-23T03:00:00Z');
const inMinutes = (minutes: number) => AT_MS + minutes * 60_000;

function measure(differing: Partial<ConnectionState>) {
  return measureStates({ states: new Map([['crm', aState(differing)]]), atMs: AT_MS });
}

describe('states, measured', () => {
  it('are the minutes left and the health of each connection', () => {
    const states = new Map([
      ['crm', aState({ connection: 'crm', accessTokenExpiresAtMs: inMinutes(52.5) })],
      ['books', aState({ connection: 'books', accessTokenExpiresAtMs: inMinutes(7), health: 'degraded' })],
    ]);
    expect(measureStates({ states, atMs: AT_MS })).toEqual([
      { connection: 'crm', dimensions: {}, values: { MinutesLeft: [52.5], Health: [2] } },
      { connection: 'books', dimensions: {}, values: { MinutesLeft: [7], Health: [1] } },
    ]);
  });

  it('are down with no minute left once the token has run out, whatever was written before', () => {
    const [measured] = measure({ accessTokenExpiresAtMs: inMinutes(-30), health: 'healthy' });
    expect(measured?.values).toEqual({ MinutesLeft: [0], Health: [0] });
  });

  it('are nothing for a connection that nobody ever authorised: it would alarm for ever', () => {
    expect(measure({ generation: null, health: 'down' })).toEqual([]);
  });
});
