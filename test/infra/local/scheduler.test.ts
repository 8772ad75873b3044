import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../../infra/local/clock.ts';
import { parseRateMs, type ScheduledRule, Scheduler } from '../../../infra/local/scheduler.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const invoke = vi.fn();

function rule(periodMs: number, overrides: Partial<ScheduledRule> = {}): ScheduledRule {
  return {
    arn: 'arn:rule',
    periodMs,
    isEnabled: true,
    targets: [{ functionName: 'refresh', input: { kind: 'all' } }],
    ...overrides,
  };
}

function start(rules: ScheduledRule[], speed = 1): VirtualClock {
  const clock = new VirtualClock({ speed });
  new Scheduler({ clock, account: { accountId: '1', region: 'us-east-1' }, invoke }).start(rules);
  return clock;
}

describe('Scheduler', () => {
  beforeEach(() => {
    invoke.mockReset();
    vi.useFakeTimers({ now: START_MS });
  });
  afterEach(() => void vi.useRealTimers());

  it('fires a rule after each period, with its constant input', () => {
    start([rule(50 * MINUTE_MS)]);
    vi.advanceTimersByTime(50 * MINUTE_MS - 1);
    expect(invoke).not.toHaveBeenCalled();
    vi.advanceTimersByTime(50 * MINUTE_MS + 1);
    expect(invoke.mock.calls).toEqual([
      ['refresh', { kind: 'all' }],
      ['refresh', { kind: 'all' }],
    ]);
  });

  it('fires a rule of one minute at once, so that tokens flow within seconds', () => {
    start([rule(MINUTE_MS)]);
    vi.advanceTimersByTime(0);
    expect(invoke).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2 * MINUTE_MS);
    expect(invoke).toHaveBeenCalledTimes(3);
  });

  it('follows virtual time: at speed 60, a minute takes a second', () => {
    start([rule(MINUTE_MS)], 60);
    vi.advanceTimersByTime(10_000);
    expect(invoke).toHaveBeenCalledTimes(11);
  });

  it('does not make up for ticks that time has skipped, and keeps its phase', () => {
    const clock = start([rule(10 * MINUTE_MS)]);
    clock.advance(35 * MINUTE_MS);
    vi.advanceTimersByTime(0);
    expect(invoke).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(5 * MINUTE_MS);
    expect(invoke).toHaveBeenCalledTimes(2);
  });

  it('leaves a disabled rule alone', () => {
    start([rule(MINUTE_MS, { isEnabled: false })]);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    expect(invoke).not.toHaveBeenCalled();
  });

  it('sends the scheduled event to a target without an input', () => {
    start([rule(MINUTE_MS, { targets: [{ functionName: 'sweep', input: null }] })]);
    vi.advanceTimersByTime(0);
    expect(invoke).toHaveBeenCalledWith('sweep', {
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '1',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: ['arn:rule'],
      detail: {},
    });
  });
});

describe('parseRateMs', () => {
  it.each([
    ['rate(1 minute)', MINUTE_MS],
    ['rate(50 minutes)', 50 * MINUTE_MS],
    ['rate(1 hour)', 60 * MINUTE_MS],
    ['rate(7 days)', 7 * 24 * 60 * MINUTE_MS],
    ['rate(1 minutes)', null],
    ['rate(2 minute)', null],
    ['rate(0 minutes)', null],
    ['cron(0 12 * * ? *)', null],
  ])('reads %s as EventBridge does', (expression, expected) => {
    expect(parseRateMs(expression)).toBe(expected);
  });
});
