import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { byFailureClass, overAll } from './alarms/keeper-metrics.ts';

const MINUTE = Duration.minutes(1);
const TEN_MINUTES = Duration.minutes(10);
const HOUR = Duration.hours(1);
const WHOLE_WIDTH = 24;
const TABLE_HEIGHT = 6;

const HOW_TO_READ = `## Zoho token recovery
**Minutes left** is a saw: from 60 down to 10, and up again. Below 8 a token is not replaced; at 0 its consumers stop. Lines are over all connections; the tables are from the logs, of each.
**Health**: 2 healthy, 1 degraded (failing, consumers still have a token), 0 down. **Failures** are named by what helps:
\`transient\` and \`throttled\` time, \`dead\` and \`unauthorized\` a consent, \`misconfigured\` an operator, \`store\` AWS.
A connection that nobody has authorised yet counts by its failures only. An alarm's description says what it means, and names its runbook.`;

/** Everything at a glance: a graph for each metric over all connections, and a table of each connection out of the logs. */
export class KeeperDashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { alarms, functions }: { alarms: readonly Alarm[]; functions: readonly LambdaFunction[] },
  ) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: 'zoho-token-recovery',
      // Renewals are measured once a day at the least.
      defaultInterval: Duration.days(1),
      widgets: [
        [new TextWidget({ markdown: HOW_TO_READ, width: WHOLE_WIDTH, height: 4 })],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE_WIDTH, height: 3 })],
        ...connectionRows(functions),
        keeperRow(functions),
      ],
    });
  }
}

function connectionRows(functions: readonly LambdaFunction[]): IWidget[][] {
  return [
    row(
      {
        title: 'Minutes left, of the connection that has least',
        left: [overAll('MinutesLeft', { statistic: 'Minimum', period: MINUTE })],
        leftAnnotations: [{ value: 8, label: 'not replaced in time' }],
        leftYAxis: { min: 0 },
      },
      {
        title: 'Health, of the connection that is worst',
        left: [overAll('Health', { statistic: 'Minimum', period: MINUTE })],
        leftYAxis: { min: 0, max: 2 },
      },
    ),
    [
      table('How each connection stands, the worst first', functions, [
        'filter ispresent(MinutesLeft)',
        'stats latest(MinutesLeft) as minutesLeft, min(MinutesLeft) as lowest, latest(Health) as health by connection',
        'sort health asc, minutesLeft asc',
      ]),
    ],
    [
      table('What became of each connection’s refreshes', functions, [
        'filter ispresent(RefreshesSucceeded) or ispresent(RefreshFailures) or ispresent(Mints)',
        'stats sum(RefreshesSucceeded) as succeeded, sum(RefreshFailures) as failed, latest(failureClass) as lastFailure, sum(Mints) as mints by connection',
        'sort failed desc',
      ]),
    ],
    row(
      {
        title: 'Refreshes succeeded',
        left: [overAll('RefreshesSucceeded', { statistic: 'Sum', period: HOUR })],
      },
      { title: 'Mints', left: [overAll('Mints', { statistic: 'Sum', period: TEN_MINUTES })] },
      {
        title: 'Mint latency',
        left: [overAll('MintLatency', { statistic: 'Maximum', period: TEN_MINUTES })],
      },
    ),
    row(
      { title: 'Failures by class', left: [byFailureClass('RefreshFailures', 'Sum', TEN_MINUTES)] },
      {
        title: 'Failed checks, of the connection that has most',
        left: [overAll('ChecksFailed', { statistic: 'Maximum', period: HOUR })],
      },
      {
        title: 'Days to the next renewal',
        left: [overAll('DaysToRenewal', { statistic: 'Minimum', period: HOUR })],
      },
    ),
  ];
}

/** What the functions' logs say of each connection: a metric for each would cost 0.30 USD a month, a look next to nothing. */
function table(title: string, functions: readonly LambdaFunction[], queryLines: string[]): IWidget {
  const logGroupNames = functions.map(({ logGroup }) => logGroup.logGroupName);
  return new LogQueryWidget({
    title,
    logGroupNames,
    queryLines,
    view: LogQueryVisualizationType.TABLE,
    width: WHOLE_WIDTH,
    height: TABLE_HEIGHT,
  });
}

function keeperRow(functions: readonly LambdaFunction[]): IWidget[] {
  const ofEach = (toMetric: (lambda: LambdaFunction) => IMetric) => functions.map(toMetric);
  return row(
    {
      title: 'Alerts waiting, and whether the audit is broken',
      left: [
        overAll('AlertsWaiting', { statistic: 'Maximum', period: MINUTE }),
        overAll('AuditChainBroken', { statistic: 'Maximum', period: HOUR }),
      ],
    },
    { title: 'Errors of functions', left: ofEach((lambda) => lambda.metricErrors({ period: TEN_MINUTES })) },
    {
      title: 'Duration of functions',
      left: ofEach((lambda) => lambda.metricDuration({ statistic: 'Maximum', period: TEN_MINUTES })),
    },
  );
}

/** Graphs side by side, as wide as the dashboard together. */
function row(...graphs: readonly GraphWidgetProps[]): IWidget[] {
  return graphs.map((graph) => new GraphWidget({ ...graph, width: WHOLE_WIDTH / graphs.length }));
}
