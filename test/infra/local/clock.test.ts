import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readVirtualMs, VirtualClock } from '../../../infra/local/clock.ts';

const START_MS = Date.UTC(2026, 0, 1);

describe('VirtualClock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
  afterEach(() => void vi.useRealTimers());

  it('is the real clock at speed 1', () => {
    const clock = new VirtualClock();
    vi.advanceTimersByTime(90_000);
    expect(clock.nowMs()).toBe(START_MS + 90_000);
  });

  it('lets an hour pass in a minute at speed 60 while no function runs', () => {
    const clock = new VirtualClock({ speed: 60 });
    vi.advanceTimersByTime(60_000);
    expect(clock.nowMs()).toBe(START_MS + 3_600_000);
  });

  it('keeps real time while any function runs, and only then', () => {
    const clock = new VirtualClock({ speed: 60 });
    clock.enter();
    vi.advanceTimersByTime(1_000);
    clock.enter();
    vi.advanceTimersByTime(1_000);
    clock.leave();
    vi.advanceTimersByTime(1_000);
    expect(clock.nowMs(), 'one function still runs').toBe(START_MS + 3_000);
    clock.leave();
    vi.advanceTimersByTime(1_000);
    expect(clock.nowMs()).toBe(START_MS + 3_000 + 60_000);
  });

  it('resumes where an earlier, faster run stopped, so that no stored timestamp lies in the future', () => {
    const lastMs = START_MS + 5 * 3_600_000;
    expect(new VirtualClock({ notBeforeMs: lastMs }).nowMs()).toBe(lastMs);
    expect(new VirtualClock({ notBeforeMs: START_MS - 1 }).nowMs()).toBe(START_MS);
  });

  it('tells a thread that holds its memory the same time, also after the rate has changed', () => {
    const clock = new VirtualClock({ speed: 10 });
    vi.advanceTimersByTime(500);
    clock.enter();
    vi.advanceTimersByTime(500);
    expect(readVirtualMs(clock.shared, Date.now())).toBe(START_MS + 5_000 + 500);
  });

  it('fires a timer by virtual time, re-armed when the rate changes', () => {
    const clock = new VirtualClock({ speed: 60 });
    const callback = vi.fn();
    clock.setTimeout(callback, 60_000);
    clock.enter();
    vi.advanceTimersByTime(30_000);
    expect(callback, 'at real time only half of it has passed').not.toHaveBeenCalled();
    clock.leave();
    vi.advanceTimersByTime(499);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('waits longer than one timer of Node can', () => {
    const clock = new VirtualClock();
    const callback = vi.fn();
    const thirtyDaysMs = 30 * 86_400_000;
    clock.setTimeout(callback, thirtyDaysMs);
    vi.advanceTimersByTime(thirtyDaysMs - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('fires what a skip of time has made due', () => {
    const clock = new VirtualClock();
    const callback = vi.fn();
    clock.setTimeout(callback, 3_600_000);
    clock.advance(3_600_000);
    vi.advanceTimersByTime(0);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('stands still at speed 0, also while a function runs, until it is told to advance', () => {
    const clock = new VirtualClock({ speed: 0 });
    const callback = vi.fn();
    clock.setTimeout(callback, 60_000);
    clock.enter();
    vi.advanceTimersByTime(3_600_000);
    expect(clock.nowMs()).toBe(START_MS);
    clock.leave();
    clock.advance(59_999);
    vi.advanceTimersByTime(3_600_000);
    expect(callback).not.toHaveBeenCalled();
    clock.advance(1);
    vi.advanceTimersByTime(0);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('does not fire a cancelled timer, nor any once it is stopped', () => {
    const clock = new VirtualClock();
    const callback = vi.fn();
    clock.setTimeout(callback, 10).cancel();
    clock.setTimeout(callback, 10);
    clock.stop();
    vi.advanceTimersByTime(100);
    expect(callback).not.toHaveBeenCalled();
  });
});
