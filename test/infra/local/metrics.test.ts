import { describe, expect, it } from 'vitest';
import { parseMetrics, toMetricsEvent } from '../../../infra/local/metrics.ts';

const AT_MS = Date.UTC(2026, 0, 1, 10);
const directive = { Namespace: 'Keeper', Dimensions: [['connection']], Metrics: [{ Name: 'refreshed' }] };
const LINE = {
  _aws: { Timestamp: AT_MS, CloudWatchMetrics: [directive] },
  connection: 'crm',
  refreshed: [1, 2],
  note: 'no metric',
};
const REPORT = {
  atMs: AT_MS,
  namespace: 'Keeper',
  dimensions: { connection: 'crm' },
  metrics: { refreshed: [1, 2] },
};

describe('a line in the embedded metric format', () => {
  it('is read as the metrics that CloudWatch makes of it', () => {
    expect(parseMetrics(JSON.stringify(LINE))).toEqual([REPORT]);
  });

  it('may report to several namespaces', () => {
    const CloudWatchMetrics = [directive, { ...directive, Namespace: 'Other', Dimensions: [] }];
    const line = { ...LINE, _aws: { ...LINE._aws, CloudWatchMetrics } };
    const other = { ...REPORT, namespace: 'Other', dimensions: {} };
    expect(parseMetrics(JSON.stringify(line))).toEqual([REPORT, other]);
  });

  it('is an event of its own kind for a script', () => {
    expect(toMetricsEvent(REPORT)).toEqual({
      event: 'metrics',
      at: '2026-01-01T10:00:00.000Z',
      namespace: 'Keeper',
      dimensions: { connection: 'crm' },
      metrics: { refreshed: [1, 2] },
    });
  });
});

describe('no such line', () => {
  it.each([
    ['plain text', 'ready'],
    ['a structured log', '{"level":"INFO","message":"a"}'],
    ['one that names what it does not hold', JSON.stringify({ _aws: LINE._aws })],
    ['one whose metric is no number', JSON.stringify({ ...LINE, refreshed: '1' })],
  ])('is %s', (_, line) => {
    expect(parseMetrics(line)).toBeNull();
  });
});
