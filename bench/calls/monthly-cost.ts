import type { Calls, CallsByFlow, Flow } from './flows.ts';
import type { PriceList, PriceName } from './prices.ts';
import type { Standing } from './standing.ts';

const HOURS_A_MONTH = 730;
const MINUTES_A_MONTH = HOURS_A_MONTH * 60;
const DAYS_A_MONTH = HOURS_A_MONTH / 24;
const BYTES_A_GB = 1e9;

/** How often each flow runs by itself in a month. What admins do is not counted: it is rare. */
const RUNS_A_MONTH: Readonly<Partial<Record<Flow, number>>> = {
  refresh: MINUTES_A_MONTH / 50,
  sweep: MINUTES_A_MONTH,
  alerts: MINUTES_A_MONTH,
  alertsAfterRefresh: MINUTES_A_MONTH / 50,
  healthCheck: DAYS_A_MONTH,
  anchor: DAYS_A_MONTH,
};

/** The metrics of lib/metrics that are written every hour; the others, written once a day, are charged for an hour of it. */
const METRICS = 6;

/** Connections of a few clients: their secrets hardly count. */
const CLIENTS = 1;

/** CloudFormation's 500 resources: more connections take another stack, with all that stands in one. */
export const CONNECTIONS_A_STACK = 175;

const MEMORY_GB = 0.5;
/**
 * How long functions run, which only AWS could tell: assumed, and generous. A refresh is bounded by its 20 writes a second
 * (lib/aws/clients.ts), two for each connection.
 */
function assumedSeconds(flow: Flow, connections: number): number {
  switch (flow) {
    case 'refresh':
      return Math.max(1.5, connections / 10);
    case 'sweep':
    case 'alerts':
    case 'alertsAfterRefresh':
      return 0.25;
    case 'healthCheck':
    case 'anchor':
      return 1 + connections / 10;
    case 'reauthorize':
    case 'override':
      return 3;
  }
}

/** What DynamoDB charges a call with: items of up to 2 KB are written, and up to 4 KB are read consistently. */
const WRITE_UNITS = 2;
const READ_UNITS = 1;
/** In few calls, but charged for each: the state by the sweep; state, mailbox and latest report by the alerts. */
const ITEMS_READ_A_MINUTE = 4;
const DYNAMODB_WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** Where a month's money goes, in US dollars. */
export const COST_PARTS = [
  'secrets',
  'calls of Secrets Manager',
  'KMS',
  'DynamoDB',
  'Lambda',
  'CloudWatch',
  'everything else',
] as const;
export type CostPart = (typeof COST_PARTS)[number];
export type MonthlyCost = Readonly<Record<CostPart, number>>;

/** What is known of the system: the calls, and what stands in the stack. */
export interface Counted extends CountedTwice {
  readonly standing: Standing;
}

/** Calls as they were counted with two numbers of connections; what is between and beyond is taken for a straight line. */
interface CountedTwice {
  readonly few: { readonly connections: number; readonly calls: CallsByFlow };
  readonly many: { readonly connections: number; readonly calls: CallsByFlow };
}

/** What so many connections cost in a month by list prices, in as many stacks as they take. */
export function monthlyCost(counted: Counted, connections: number, { usdOf }: PriceList): MonthlyCost {
  const stacks = Math.ceil(connections / CONNECTIONS_A_STACK);
  const one = stackCost(counted, connections / stacks, usdOf);
  return Object.fromEntries(COST_PARTS.map((part) => [part, one[part] * stacks])) as MonthlyCost;
}

export function total(cost: MonthlyCost): number {
  return COST_PARTS.reduce((sum, part) => sum + cost[part], 0);
}

function stackCost(counted: Counted, connections: number, usdOf: PriceList['usdOf']): MonthlyCost {
  const { standing } = counted;
  const runs = Object.entries(RUNS_A_MONTH) as [Flow, number][];
  const monthly = (measure: (calls: Calls) => number) =>
    runs.reduce((sum, [flow, times]) => sum + times * alongLine(counted, connections, flow, measure), 0);
  const called = (isMeant: (service: string, operation: string) => boolean) =>
    monthly(({ aws }) =>
      Object.entries(aws).reduce((sum, [name, count]) => {
        const [service = '', operation = ''] = name.split(':');
        return isMeant(service, operation) ? sum + count : sum;
      }, 0),
    );
  const charge = (name: PriceName, amount: number) => usdOf[name] * amount;
  const invocations = runs.reduce((sum, [, times]) => sum + times, 0);
  const gbSeconds = runs.reduce(
    (sum, [flow, times]) => sum + times * assumedSeconds(flow, connections) * MEMORY_GB,
    0,
  );
  const isBatch = (operation: string) => operation === 'BatchGetItem';
  const reads = called(
    (service, operation) => service === 'dynamodb' && !DYNAMODB_WRITES.has(operation) && !isBatch(operation),
  );
  const itemsRead = ITEMS_READ_A_MINUTE * MINUTES_A_MONTH * connections;
  const writes = called((service, operation) => service === 'dynamodb' && DYNAMODB_WRITES.has(operation));
  return {
    secrets: charge('secretMonth', 2 * connections + CLIENTS),
    'calls of Secrets Manager': charge(
      'secretsManagerCall',
      called((service) => service === 'secretsmanager'),
    ),
    KMS:
      charge('kmsKeyMonth', standing.keys) +
      charge(
        'kmsRequest',
        monthly(({ kms }) => kms),
      ),
    DynamoDB:
      charge('dynamodbWriteUnit', writes * WRITE_UNITS) +
      charge('dynamodbReadUnit', (reads + itemsRead) * READ_UNITS),
    Lambda: charge('lambdaRequest', invocations) + charge('lambdaGbSecond', gbSeconds),
    CloudWatch:
      charge('metricMonth', METRICS) +
      charge('alarmMetricMonth', standing.alarmMetrics) +
      charge('dashboardMonth', standing.dashboards) +
      charge('logGb', monthly(({ logBytes }) => logBytes) / BYTES_A_GB),
    'everything else':
      charge('trace', invocations) +
      charge(
        'event',
        called((service) => service === 'events'),
      ) +
      charge(
        's3Get',
        called((service, operation) => service === 's3' && operation === 'GET'),
      ) +
      charge(
        's3Put',
        called((service, operation) => service === 's3' && operation !== 'GET'),
      ),
  };
}

function alongLine(
  { few, many }: CountedTwice,
  connections: number,
  flow: Flow,
  measure: (calls: Calls) => number,
): number {
  const [low, high] = [measure(few.calls[flow]), measure(many.calls[flow])];
  const slope = (high - low) / (many.connections - few.connections);
  return low + slope * (connections - few.connections);
}
