import { configurationOf } from '../configuration.ts';
import type { Cell, Progress, Section, Table } from '../section.ts';
import { countCalls } from './count-calls.ts';
import { awsCalls, type CallsByFlow, FLOWS, type Flow } from './flows.ts';
import {
  CONNECTIONS_A_STACK,
  COST_PARTS,
  type Counted,
  type MonthlyCost,
  monthlyCost,
  total,
} from './monthly-cost.ts';
import { PEERS } from './peers.ts';
import { type PriceList, readPrices } from './prices.ts';
import { countStanding } from './standing.ts';

const COUNTED = { few: 1, many: 101 } as const;
const SIZES = [1, 10, 100, 1_000, 10_000] as const;

const FLOW_WORDS: Readonly<Record<Flow, string>> = {
  refresh: 'refresh, every 50 minutes',
  sweep: 'sweep with nothing due, every minute',
  alertsAfterRefresh: 'alerts after a refresh',
  alerts: 'alerts with no news, every minute',
  healthCheck: 'health check, daily',
  anchor: 'sealing the audit, daily',
  reauthorize: 're-authorisation by an admin',
  override: 'token override by an admin',
};

/** What a refresh and the rest ask of AWS and Zoho, and what that costs in a month. */
export const section: Section = { title: 'Calls and money', run };

async function run(progress: Progress) {
  progress(`counting with ${COUNTED.few} connection`);
  const few = await countCalls(COUNTED.few);
  progress(`counting with ${COUNTED.many} connections`);
  const many = await countCalls(COUNTED.many);
  const counted: Counted = {
    few: { connections: COUNTED.few, calls: few },
    many: { connections: COUNTED.many, calls: many },
    standing: await countStanding(configurationOf(1)),
  };
  const prices = readPrices();
  const costs = SIZES.map((size) => ({ size, cost: monthlyCost(counted, size, prices) }));
  return {
    tables: [callsTable(few, many), costTable(costs, prices), peersTable(costs, prices)],
    figures: { calls: { few, many }, standing: counted.standing, monthlyUsd: costs, pricesAsOf: prices.asOf },
  };
}

function callsTable(few: CallsByFlow, many: CallsByFlow): Table {
  return {
    title: 'Calls, counted on the wire',
    columns: [
      'flow',
      'AWS, 1 connection',
      'of KMS',
      'of Zoho',
      `AWS, ${COUNTED.many} connections`,
      'of KMS',
      'of Zoho',
    ],
    rows: FLOWS.map((flow) => [
      FLOW_WORDS[flow],
      ...[few[flow], many[flow]].flatMap((calls) => [awsCalls(calls), calls.kms, calls.zoho]),
    ]),
    notes: [
      'Scheduled flows are counted for all connections together, an admin’s for the one.',
      'Calls of KMS include those that Secrets Manager makes on a function’s behalf, which AWS charges as well; the other columns have what functions ask themselves.',
    ],
  };
}

interface SizedCost {
  readonly size: number;
  readonly cost: MonthlyCost;
}

function costTable(costs: readonly SizedCost[], { asOf, region, unconfirmed }: PriceList): Table {
  const each = (value: number, size: number) => Math.round((value / size) * 1e4) / 1e4;
  return {
    title: 'US dollars for each connection and month',
    columns: ['connections', 'all', ...COST_PARTS],
    rows: costs.map(({ size, cost }): Cell[] => [
      size,
      each(total(cost), size),
      ...COST_PARTS.map((part) => each(cost[part], size)),
    ]),
    notes: [
      `List prices of ${region} as of ${asOf} (bench/calls/prices.json), without free tiers, discounts and taxes, and without what consumers’ reads and admins’ requests cost.`,
      `AWS’s own pages were out of reach: prices were read where "seenAt" says, and nothing confirmed ${unconfirmed.join(', ')}. Check them before you rely on them.`,
      'How long functions run on AWS could not be measured here: it is assumed (bench/calls/monthly-cost.ts), and is a small part.',
      `A stack has room for ${CONNECTIONS_A_STACK} connections: more are more stacks, each with its keys, alarms and dashboard.`,
    ],
  };
}

function peersTable(costs: readonly SizedCost[], prices: PriceList): Table {
  const cents = (usd: number) => Math.round(usd * 100) / 100;
  return {
    title: 'US dollars a month, beside what one would pick instead',
    columns: ['connections', 'this system', ...PEERS.map(({ name }) => name)],
    rows: costs.map(({ size, cost }) => [
      size,
      cents(total(cost)),
      ...PEERS.map(({ monthlyUsd }) => cents(monthlyUsd(size, prices))),
    ]),
    notes: PEERS.map(({ caveat }) => caveat),
  };
}
