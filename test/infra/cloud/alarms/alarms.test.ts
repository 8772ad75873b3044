import { Duration, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeeperAlarm } from '../../../../infra/cloud/alarms/keeper-alarm.ts';
import { KeeperEventAlarm } from '../../../../infra/cloud/alarms/keeper-event-alarm.ts';
import { overAll, sumOver } from '../../../../infra/cloud/alarms/keeper-metrics.ts';
import { ALARM_RUNBOOKS } from '../../../../infra/cloud/alarms/runbooks.ts';
import { METRIC_UNITS, METRICS_NAMESPACE } from '../../../../lib/metrics/measurement.ts';
import { type Synthesised, synthesizeStack } from '../synthesis.ts';

const NAME_PREFIX = 'zoho-token-recovery-';

let stack: Synthesised;
beforeAll(() => {
  stack = synthesizeStack(1);
});
afterAll(() => stack.dispose());

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Namespace: string;
      readonly Dimensions?: unknown;
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

function alarmsByName(): Record<string, Record<string, unknown>> {
  const found = Object.values(stack.assertions.findResources('AWS::CloudWatch::Alarm'));
  return Object.fromEntries(
    found.map(({ Properties }) => [Properties.AlarmName.replace(NAME_PREFIX, ''), Properties]),
  );
}

/** What an alarm compares: its metric, or an expression over metrics. */
function measuredBy(alarm: Record<string, unknown> | undefined) {
  const queries = (alarm?.Metrics ?? []) as MetricQuery[];
  if (queries.length === 0) {
    const { Namespace, MetricName, Statistic, Period, Dimensions } = alarm ?? {};
    return { expression: null, metrics: [[Namespace, MetricName, Statistic, Period, Dimensions]] };
  }
  const expression = queries.find(({ ReturnData }) => ReturnData)?.Expression;
  const metrics = queries.flatMap(({ MetricStat }) => {
    if (!MetricStat) return [];
    const { Metric, Stat, Period } = MetricStat;
    return [[Metric.Namespace, Metric.MetricName, Stat, Period, Metric.Dimensions]];
  });
  return { expression, metrics };
}

const functionNamed = (logicalId: RegExp) => [
  { Name: 'FunctionName', Value: { Ref: expect.stringMatching(logicalId) } },
];

const FUNCTIONS = [
  'Refresh',
  'Sweep',
  'Anchor',
  'HealthCheck',
  'AdminApi',
  'AdminOperations',
  'OAuthCallback',
  'AdminConsolePage',
  'Alerts',
];
const overFunctions = (name: string, periodS: number) =>
  FUNCTIONS.map((id) => ['AWS/Lambda', name, 'Sum', periodS, functionNamed(new RegExp(`^${id}Function`))]);
const SUM_OVER_FUNCTIONS = FUNCTIONS.map((_id, index) => `FILL(m${index}, 0)`).join(' + ');

describe('the alarms', () => {
  it.each([
    {
      name: 'no-successful-refresh',
      severity: 'critical',
      expression: 'FILL(measured, 0)',
      metrics: [['ZohoTokenRecovery', 'RefreshesSucceeded', 'Sum', 3_600, undefined]],
      rule: ['LessThanThreshold', 1, 1, 'breaching'],
    },
    {
      name: 'sweep-not-running',
      severity: 'critical',
      expression: 'FILL(measured, 0)',
      metrics: [['AWS/Lambda', 'Invocations', 'Sum', 300, functionNamed(/^SweepFunction/)]],
      rule: ['LessThanThreshold', 1, 1, 'breaching'],
    },
    {
      name: 'token-expiring',
      severity: 'critical',
      expression: null,
      metrics: [['ZohoTokenRecovery', 'MinutesLeft', 'Minimum', 60, undefined]],
      rule: ['LessThanThreshold', 8, 3, 'notBreaching'],
    },
    {
      name: 'function-errors',
      severity: 'warning',
      expression: SUM_OVER_FUNCTIONS,
      metrics: overFunctions('Errors', 900),
      rule: ['GreaterThanOrEqualToThreshold', 3, 1, 'notBreaching'],
    },
    {
      name: 'function-throttles',
      severity: 'warning',
      expression: SUM_OVER_FUNCTIONS,
      metrics: overFunctions('Throttles', 300),
      rule: ['GreaterThanOrEqualToThreshold', 1, 3, 'notBreaching'],
    },
    {
      name: 'alerts-waiting',
      severity: 'critical',
      expression: 'FILL(measured, 1)',
      metrics: [['ZohoTokenRecovery', 'AlertsWaiting', 'Minimum', 900, undefined]],
      rule: ['GreaterThanThreshold', 0, 1, 'breaching'],
    },
    {
      name: 'audit-broken',
      severity: 'critical',
      expression: null,
      metrics: [['ZohoTokenRecovery', 'AuditChainBroken', 'Maximum', 300, undefined]],
      rule: ['GreaterThanOrEqualToThreshold', 1, 1, 'ignore'],
    },
  ])('$name', ({ name, severity, expression, metrics, rule }) => {
    const alarm = alarmsByName()[name];
    expect(measuredBy(alarm)).toEqual({ expression, metrics });
    const {
      ComparisonOperator: operator,
      Threshold,
      EvaluationPeriods,
      TreatMissingData: missing,
    } = alarm ?? {};
    expect([operator, Threshold, EvaluationPeriods, missing]).toEqual(rule);
    // All of the periods have to be so.
    expect(alarm).not.toHaveProperty('DatapointsToAlarm');
    const description = new RegExp(`^\\[${severity}\\] [A-Z].*\\. Runbook: docs/runbooks/${name}\\.md$`);
    expect(alarm?.AlarmDescription).toMatch(description);
  });

  it('are as many as there are runbooks, with the one for keys', () => {
    expect([...Object.keys(alarmsByName()), 'key-lost'].sort()).toEqual([...ALARM_RUNBOOKS].sort());
  });

  it('tell the topic when they begin, and when they end', () => {
    const topic = [{ Ref: expect.stringMatching(/^AlarmTopic/) }];
    for (const alarm of Object.values(alarmsByName())) {
      expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
    }
  });

  it('watch metrics that the keeper writes', () => {
    const watched = Object.values(alarmsByName())
      .flatMap((alarm) => measuredBy(alarm).metrics)
      .filter(([namespace]) => namespace === METRICS_NAMESPACE)
      .map(([, name]) => name);
    expect(watched).toHaveLength(4);
    expect(Object.keys(METRIC_UNITS)).toEqual(expect.arrayContaining(watched));
  });

  it('cannot watch more functions than AWS lets an alarm', () => {
    const scope = new Stack();
    const functions = Array.from(
      { length: 11 },
      (_, index) =>
        new LambdaFunction(scope, `F${index}`, {
          runtime: Runtime.NODEJS_24_X,
          handler: 'index.handler',
          code: Code.fromInline('//'),
        }),
    );
    const period = Duration.minutes(15);
    expect(() => sumOver(functions.slice(0, 10), 'Errors', period)).not.toThrow();
    expect(() => sumOver(functions, 'Errors', period)).toThrow(/10 functions, not 11/);
  });
});

describe('an alarm', () => {
  it('cannot be made without its severity, its impact and its runbook: the compiler refuses it', () => {
    const scope = new Stack();
    const channel = { topic: new Topic(scope, 'Topic'), runbooksUrl: null };
    const alarm = {
      channel,
      metric: overAll('MinutesLeft', { statistic: 'Minimum', period: Duration.minutes(1) }),
      threshold: 8,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    };
    const event = { channel, pattern: { source: ['aws.kms'] } };
    const notice = { severity: 'critical', impact: 'It stops.', runbook: 'token-expiring' } as const;
    const { severity, impact, runbook } = notice;
    const refused = [
      // @ts-expect-error no severity
      () => new KeeperAlarm(scope, { ...alarm, impact, runbook }),
      // @ts-expect-error no impact
      () => new KeeperAlarm(scope, { ...alarm, severity, runbook }),
      // @ts-expect-error no runbook
      () => new KeeperAlarm(scope, { ...alarm, severity, impact }),
      // @ts-expect-error no runbook of this name
      () => new KeeperAlarm(scope, { ...alarm, ...notice, runbook: 'good-luck' }),
      // @ts-expect-error no severity of this name
      () => new KeeperAlarm(scope, { ...alarm, ...notice, severity: 'notice' }),
      // @ts-expect-error no severity
      () => new KeeperEventAlarm(scope, { ...event, impact, runbook }),
      // @ts-expect-error no impact
      () => new KeeperEventAlarm(scope, { ...event, severity, runbook }),
      // @ts-expect-error no runbook
      () => new KeeperEventAlarm(scope, { ...event, severity, impact }),
    ];
    expect(refused).toHaveLength(8);
    expect(() => new KeeperAlarm(scope, { ...alarm, ...notice })).not.toThrow();
  });
});
