import { describe, expect, it } from 'vitest';
import type { WaitingMessage } from '../../../lib/alerts/alert-table.ts';
import {
  isGivenUp,
  isToBeSent,
  withDigests,
  withNew,
  withoutSent,
  withRefused,
} from '../../../lib/alerts/outbox.ts';
import { SAMPLES } from './mail/samples.ts';

const NOW_MS = SAMPLES.down.atMs;
const MINUTE_MS = 60_000;
const aWaiting = (id: string, differing: Partial<WaitingMessage> = {}): WaitingMessage => ({
  message: { ...SAMPLES.down, id },
  to: ['a@x.example', 'b@x.example'],
  notBeforeMs: null,
  ...differing,
});
const ids = (outbox: readonly WaitingMessage[]) => outbox.map(({ message }) => message.id);

describe('what waits in a mailbox', () => {
  it('goes in the order in which it came', () => {
    const outbox = withNew(
      [aWaiting('1')],
      [{ message: { ...SAMPLES.recovered, id: '2' }, to: ['a@x.example'] }],
    );
    expect(ids(outbox)).toEqual(['1', '2']);
    expect(ids(withoutSent(outbox, aWaiting('1')))).toEqual(['2']);
  });

  it('is bounded, and the oldest give way', () => {
    const many = Array.from({ length: 80 }, (_, index) => ({
      message: { ...SAMPLES.recovered, id: `${index}` },
      to: ['a@x.example'],
    }));
    const outbox = withNew([], many);
    expect(ids(outbox)).toEqual(Array.from({ length: 50 }, (_, index) => `${index + 30}`));
    expect(JSON.stringify(outbox).length).toBeLessThan(200_000);
  });

  it('and was refused for somebody is for them only, and later', () => {
    const [refused] = withRefused([aWaiting('1')], aWaiting('1'), { left: ['b@x.example'], nowMs: NOW_MS });
    expect(refused).toMatchObject({ to: ['b@x.example'], notBeforeMs: NOW_MS + 15 * MINUTE_MS });
    expect(refused && isToBeSent(refused, NOW_MS + 14 * MINUTE_MS)).toBe(false);
    expect(refused && isToBeSent(refused, NOW_MS + 15 * MINUTE_MS)).toBe(true);
    // The clock went back by a day.
    expect(refused && isToBeSent(refused, NOW_MS - 24 * 60 * MINUTE_MS)).toBe(true);
  });

  it('is given up after three days of refusals, and not of anything else', () => {
    const laterMs = NOW_MS + 72 * 60 * MINUTE_MS;
    expect(isGivenUp(aWaiting('1'), laterMs - 1)).toBe(false);
    expect(withRefused([aWaiting('1')], aWaiting('1'), { left: ['b@x.example'], nowMs: laterMs })).toEqual(
      [],
    );
    expect(isToBeSent(aWaiting('1'), laterMs)).toBe(true);
  });

  it('as a digest gives way to the next one for the same people', () => {
    const digest = (id: string, to: string[]) => aWaiting(id, { message: { ...SAMPLES.digest, id }, to });
    const outbox = withDigests(
      [digest('1', ['a@x.example']), digest('2', ['b@x.example'])],
      [digest('3', ['a@x.example'])],
    );
    expect(ids(outbox)).toEqual(['2', '3']);
  });
});
