import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { measureAlerts } from '../../../lib/metrics/alert-metrics.ts';
import { createEmitter } from '../../../lib/metrics/emitter.ts';
import type { Measurement } from '../../../lib/metrics/measurement.ts';

const warn = vi.fn();
let write: MockInstance<typeof process.stdout.write>;
beforeEach(() => {
  warn.mockClear();
  write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => write.mockRestore());

/** The lines that are written for some measurements, without their time. */
function emitted(...measurements: Measurement[]): unknown[] {
  createEmitter({ warn })(measurements);
  return write.mock.calls.map(([line]) => {
    const { _aws, ...values } = JSON.parse(String(line));
    expect(Math.abs(_aws.Timestamp - Date.now())).toBeLessThan(60_000);
    return { directives: _aws.CloudWatchMetrics, values };
  });
}

function directive(dimensions: string[][], metrics: Record<string, string>) {
  const named = Object.entries(metrics).map(([Name, Unit]) => ({ Name, Unit }));
  return [{ Namespace: 'ZohoTokenRecovery', Dimensions: dimensions, Metrics: named }];
}

describe('a measurement, written', () => {
  it('is one line that names its connection, and counts over all and for nothing else: a metric of each would be dear', () => {
    const values = { Mints: [2], MintLatency: [150, 170] };
    expect(emitted({ connection: 'crm', dimensions: {}, values })).toEqual([
      {
        directives: directive([[]], { Mints: 'Count', MintLatency: 'Milliseconds' }),
        values: { connection: 'crm', Mints: 2, MintLatency: [150, 170] },
      },
    ]);
  });

  it('leaves nothing behind for the next one', () => {
    const [first, second] = emitted(
      { connection: 'crm', dimensions: { failureClass: 'dead' }, values: { RefreshFailures: [1] } },
      { connection: null, dimensions: {}, values: { RefreshesSucceeded: [1] } },
    );
    expect(first).toMatchObject({
      directives: directive([['failureClass'], []], { RefreshFailures: 'Count' }),
    });
    expect(second).toEqual({
      directives: directive([[]], { RefreshesSucceeded: 'Count' }),
      values: { RefreshesSucceeded: 1 },
    });
  });

  it('of the whole has no dimension', () => {
    expect(emitted(measureAlerts(0))).toEqual([
      { directives: directive([[]], { AlertsWaiting: 'Count' }), values: { AlertsWaiting: 0 } },
    ]);
  });

  it('that cannot be written fails nobody, and says so once', () => {
    const broken = { connection: 'crm', dimensions: {}, values: { Mints: ['many'] as never } };
    expect(() => emitted(broken, measureAlerts(1))).not.toThrow();
    expect(warn.mock.calls).toEqual([
      [expect.any(String), { code: 'METRICS_NOT_WRITTEN', errorName: 'RangeError' }],
    ]);
  });

  it('does not spoil those that follow, when it could not be', () => {
    const emit = createEmitter({ warn });
    emit([{ connection: 'crm', dimensions: {}, values: { Mints: ['many'] as never } }]);
    emit([measureAlerts(1)]);
    expect(write.mock.calls).toHaveLength(1);
    expect(JSON.parse(String(write.mock.calls[0]?.[0]))).not.toHaveProperty('connection');
  });
});
