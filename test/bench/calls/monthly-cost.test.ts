import { describe, expect, it } from 'vitest';
import { type Calls, type CallsByFlow, FLOWS } from '../../../bench/calls/flows.ts';
import { COST_PARTS, type Counted, monthlyCost, total } from '../../../bench/calls/monthly-cost.ts';
import { PEERS } from '../../../bench/calls/peers.ts';
import { type PriceList, readPrices } from '../../../bench/calls/prices.ts';
import { METRIC_UNITS } from '../../../lib/metrics/measurement.ts';

const REFRESHES_A_MONTH = (730 * 60) / 50;
const PRICES = readPrices();
const NOTHING: Calls = { aws: {}, kms: 0, zoho: 0, logBytes: 0 };

function callsOf(refresh: Partial<Calls>): CallsByFlow {
  const idle = Object.fromEntries(FLOWS.map((flow) => [flow, NOTHING])) as CallsByFlow;
  return { ...idle, refresh: { ...NOTHING, ...refresh } };
}

function counted(few: Partial<Calls>, many: Partial<Calls>): Counted {
  return {
    few: { connections: 1, calls: callsOf(few) },
    many: { connections: 101, calls: callsOf(many) },
    standing: { keys: 3, alarmMetrics: 20, dashboards: 1 },
  };
}

/** With every price 0 but one. */
function onlyPriceOf(name: keyof PriceList['usdOf']): PriceList {
  const free = Object.fromEntries(Object.keys(PRICES.usdOf).map((other) => [other, 0]));
  return { ...PRICES, usdOf: { ...free, [name]: PRICES.usdOf[name] } as PriceList['usdOf'] };
}

describe('a month’s cost', () => {
  it('has calls along the line between the two counts, as often as the schedule runs', () => {
    const calls = counted(
      { aws: { 'secretsmanager:GetSecretValue': 3 } },
      { aws: { 'secretsmanager:GetSecretValue': 203 } },
    );
    const cost = monthlyCost(calls, 51, onlyPriceOf('secretsManagerCall'));
    expect(cost['calls of Secrets Manager']).toBeCloseTo(REFRESHES_A_MONTH * 103 * (0.05 / 10_000), 10);
    expect(total(cost)).toBe(cost['calls of Secrets Manager']);
  });

  it('has KMS as often as it was asked, for whomever', () => {
    const cost = monthlyCost(counted({ kms: 2 }, { kms: 202 }), 101, onlyPriceOf('kmsRequest'));
    expect(cost.KMS).toBeCloseTo(REFRESHES_A_MONTH * 202 * (0.03 / 10_000), 10);
  });

  it('has two secrets for each connection and one for the client of each stack', () => {
    expect(monthlyCost(counted({}, {}), 100, onlyPriceOf('secretMonth')).secrets).toBeCloseTo(0.4 * 201, 10);
    expect(monthlyCost(counted({}, {}), 350, onlyPriceOf('secretMonth')).secrets).toBeCloseTo(0.4 * 702, 10);
  });

  it.each([
    [1, 3],
    [175, 3],
    [176, 6],
    [10_000, 174],
  ])('of %i connections has %i keys: CloudFormation’s limit asks for another stack', (connections, keys) => {
    expect(monthlyCost(counted({}, {}), connections, onlyPriceOf('kmsKeyMonth')).KMS).toBeCloseTo(keys, 10);
  });

  it('has no metric for each connection', () => {
    const of = (connections: number) =>
      monthlyCost(counted({}, {}), connections, onlyPriceOf('metricMonth')).CloudWatch;
    expect(of(100)).toBe(of(1));
    expect(of(1)).toBeLessThanOrEqual(0.3 * Object.keys(METRIC_UNITS).length);
  });

  it('leaves no part unpriced', () => {
    const everything = {
      aws: {
        'secretsmanager:GetSecretValue': 1,
        'dynamodb:PutItem': 1,
        'dynamodb:Query': 1,
        's3:GET': 1,
        's3:PUT': 1,
        'events:PutEvents': 1,
      },
      kms: 1,
      logBytes: 1,
    };
    const cost = monthlyCost(counted(everything, everything), 1, PRICES);
    for (const part of COST_PARTS) expect(cost[part], part).toBeGreaterThan(0);
  });
});

describe('what one would pick instead', () => {
  it('is named with what its price leaves out', () => {
    for (const { caveat, monthlyUsd } of PEERS) {
      expect(caveat).not.toBe('');
      expect(monthlyUsd(1_000, PRICES)).toBeGreaterThan(0);
    }
  });

  it('is a container and a database for all connections together', () => {
    const container = PEERS.find(({ name }) => name.includes('container'));
    const expected = 730 * (0.25 * 0.03238 + 0.5 * 0.00356 + 0.016) + 20 * 0.115;
    expect(container?.monthlyUsd(1, PRICES)).toBeCloseTo(expected, 10);
    expect(container?.monthlyUsd(10_000, PRICES)).toBeCloseTo(expected, 10);
  });
});
