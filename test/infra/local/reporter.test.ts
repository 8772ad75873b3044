import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createReporter } from '../../../infra/local/reporter.ts';

const OPTIONS = { color: false, speed: 1, variablesFile: '.local/env', connection: 'crm' };
const REFRESHED = JSON.stringify({
  level: 'INFO',
  message: 'access token refreshed',
  timestamp: '2026-01-01T10:00:00.000Z',
  code: 'ACCESS_TOKEN_REFRESHED',
  connection: 'crm',
});
/** It could pass for a log as well. */
const METRICS = JSON.stringify({
  ...JSON.parse(REFRESHED),
  _aws: {
    Timestamp: Date.UTC(2026, 0, 1, 10),
    CloudWatchMetrics: [{ Namespace: 'Keeper', Dimensions: [], Metrics: [{ Name: 'refreshed' }] }],
  },
  refreshed: 1,
});

const written: string[] = [];
beforeEach(() => {
  written.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});

function report(json: boolean, ...lines: string[]): string[] {
  const { onLog } = createReporter({ ...OPTIONS, json });
  for (const line of lines) onLog('Refresh', line);
  return written;
}

describe('metrics', () => {
  it('are not told to a person', () => {
    expect(report(false, METRICS, REFRESHED)).toEqual(['10:00:00  crm             access token refreshed\n']);
  });

  it('are told to a script, as events of their own', () => {
    expect(report(true, METRICS, REFRESHED).map((line) => JSON.parse(line))).toMatchObject([
      { event: 'metrics', namespace: 'Keeper', metrics: { refreshed: 1 } },
      { event: 'accessTokenRefreshed', connection: 'crm' },
    ]);
  });
});

it('what is no structured log is not told to anybody', () => {
  expect([...report(false, 'ready', '[]'), ...report(true, 'ready', '[]')]).toEqual([]);
});

describe('where everything is', () => {
  const twin = {
    api: 'http://127.0.0.1:3000',
    console: 'http://127.0.0.1:3000/console',
    inbox: 'http://127.0.0.1:1',
    zoho: 'http://127.0.0.1:2',
    runbooks: 'http://127.0.0.1:4',
    aws: { endpoint: 'http://127.0.0.1:3', region: 'us-east-1' },
    adminToken: 'header.claims.signature',
  };

  it('is the first event of a script', () => {
    createReporter({ ...OPTIONS, json: true }).onReady(twin, 4_000);
    expect(written.map((line) => JSON.parse(line))).toEqual([
      { event: 'ready', ...twin, readyAfterMs: 4_000 },
    ]);
  });

  it('is told to a person', () => {
    createReporter({ ...OPTIONS, json: false }).onReady(twin, 4_000);
    expect(written.join('')).toContain(`Runbooks       ${twin.runbooks}\n`);
  });
});
