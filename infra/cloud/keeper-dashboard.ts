import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { byConnection, byFailureClass, overAll } from './alarms/keeper-metrics.ts';

const MINUTE = Duration.minutes(1);
const TEN_MINUTES = Duration.minutes(10);
const HOUR = Duration.hours(1);
const WHOLE_WIDTH = 24;

const HOW_TO_READ = `## Zoho token recovery
**Minutes left** is a saw: from 60 down to 10, and up again. A line below 8 is a token that is not replaced; at 0 its consumers stop.
**Health**: 2 healthy, 1 degraded (failing, consumers still have a token), 0 down. **Failures** are named by what helps:
\`transient\` and \`throttled\` time, \`dead\` and \`unauthorized\` a consent, \`misconfigured\` an operator, \`store\` AWS.
A connection that nobody has authorised yet has no line but its failures. An alarm's description says what it means, and names its runbook.`;

/** Everything at a glance: one widget for each metric, whichever connections there are. */
export class KeeperDashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { alarms, functions }: { alarms: readonly Alarm[]; functions: readonly IFunction[] },
  ) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: 'zoho-token-recovery',
      // Renewals are measured once a day at the least.
      defaultInterval: Duration.days(1),
      widgets: [
        [new TextWidget({ markdown: HOW_TO_READ, width: WHOLE_WIDTH, height: 4 })],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE_WIDTH, height: 3 })],
        ...connectionRows(),
        keeperRow(functions),
      ],
    });
  }
}

function connectionRows(): IWidget[][] {
  return [
    row(
      {
        title: 'Minutes left',
        left: [byConnection('MinutesLeft', 'Minimum', MINUTE)],
        leftAnnotations: [{ value: 8, label: 'not replaced in time' }],
        leftYAxis: { min: 0 },
      },
      {
        title: 'Health',
        left: [byConnection('Health', 'Minimum', MINUTE)],
        leftYAxis: { min: 0, max: 2 },
      },
    ),
    row(
      { title: 'Refreshes succeeded', left: [byConnection('RefreshesSucceeded', 'Sum', HOUR)] },
      { title: 'Mints in ten minutes, of 10', left: [byConnection('Mints', 'Sum', TEN_MINUTES)] },
      { title: 'Mint latency', left: [byConnection('MintLatency', 'Maximum', TEN_MINUTES)] },
    ),
    row(
      { title: 'Failures by class', left: [byFailureClass('RefreshFailures', 'Sum', TEN_MINUTES)] },
      { title: 'Failed checks', left: [byConnection('ChecksFailed', 'Maximum', HOUR)] },
      { title: 'Days to renewal', left: [byConnection('DaysToRenewal', 'Minimum', HOUR)] },
    ),
  ];
}

function keeperRow(functions: readonly IFunction[]): IWidget[] {
  const ofEach = (toMetric: (lambda: IFunction) => IMetric) => functions.map(toMetric);
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
