import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Match } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { KeeperAlarm, type KeeperAlarmProps } from './keeper-alarm.ts';
import { KeeperEventAlarm } from './keeper-event-alarm.ts';
import { filled, overAll, sumOver } from './keeper-metrics.ts';
import type { AlarmChannel } from './notice.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const QUARTER = Duration.minutes(15);
const HOUR = Duration.hours(1);

export interface KeeperAlarmsProps {
  readonly channel: AlarmChannel;
  readonly functions: readonly IFunction[];
  readonly sweep: IFunction;
  readonly keys: readonly IKey[];
}

/**
 * What is told by AWS and not by the keeper, in case it is the keeper that does not work
 * (docs/adr/0022-metrics-and-alarms.md).
 */
export class KeeperAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { channel, functions, sweep, keys }: KeeperAlarmsProps) {
    super(scope, id);
    this.alarms = [...refreshAlarms(sweep), ...functionAlarms(functions), ...OTHER_ALARMS].map(
      (alarm) => new KeeperAlarm(this, { ...alarm, channel }).alarm,
    );
    this.#watchKeys(keys, channel);
  }

  /** @see https://docs.aws.amazon.com/kms/latest/developerguide/ct-schedule-key-deletion.html what such an event holds */
  #watchKeys(keys: readonly IKey[], channel: AlarmChannel): void {
    new KeeperEventAlarm(this, {
      severity: 'critical',
      impact:
        'A key of the keeper was disabled or is to be deleted: what is encrypted under it, credentials or their backups, cannot be read.',
      runbook: 'key-lost',
      channel,
      pattern: {
        source: ['aws.kms'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['kms.amazonaws.com'],
          eventName: ['DisableKey', 'ScheduleKeyDeletion'],
          // One that was refused did nothing.
          errorCode: Match.doesNotExist(),
          resources: { ARN: keys.map((key) => key.keyArn) },
        },
      },
    });
  }
}

type AlarmDefinition = Omit<KeeperAlarmProps, 'channel'>;

function refreshAlarms(sweep: IFunction): AlarmDefinition[] {
  const succeeded = overAll('RefreshesSucceeded', { statistic: 'Sum', period: HOUR });
  const sweeps = sweep.metricInvocations({ statistic: 'Sum', period: FIVE_MINUTES });
  return [
    {
      severity: 'critical',
      impact:
        'No connection got a new access token for an hour: the tokens that consumers hold have run out, or are about to.',
      runbook: 'no-successful-refresh',
      metric: filled(succeeded, 0, HOUR),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    },
    {
      severity: 'critical',
      impact:
        'Nothing retries a refresh that failed, and nothing that is lost comes back: the next trouble reaches consumers.',
      runbook: 'sweep-not-running',
      metric: filled(sweeps, 0, FIVE_MINUTES),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    },
    {
      severity: 'critical',
      impact:
        'The access token of a connection is about to run out, or has, and is not replaced: its consumers stop.',
      runbook: 'token-expiring',
      metric: overAll('MinutesLeft', { statistic: 'Minimum', period: MINUTE }),
      threshold: 8,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      // The sweep renews with 8 to 9 minutes left, and a retry comes a minute or two after: that is no alarm. The third
      // minute is, with 5 left.
      evaluationPeriods: 3,
      // Where nobody has authorised anything there is none; that no sweep measures is another alarm's matter.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    },
  ];
}

function functionAlarms(functions: readonly IFunction[]): AlarmDefinition[] {
  return [
    {
      severity: 'warning',
      impact:
        'Functions of the keeper fail again and again: refreshes, alerts or what admins ask for may not happen.',
      runbook: 'function-errors',
      metric: sumOver(functions, 'Errors', QUARTER),
      // One that fails and its two repetitions are noticed, a hiccup is not.
      threshold: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    },
    {
      severity: 'warning',
      impact: 'Functions of the keeper have to wait for their turn: refreshes and retries come late.',
      runbook: 'function-throttles',
      metric: sumOver(functions, 'Throttles', FIVE_MINUTES),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // A sweep that takes more than a minute keeps the next one waiting, which tries several times: that is no alarm.
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    },
  ];
}

const OTHER_ALARMS: readonly AlarmDefinition[] = [
  {
    severity: 'critical',
    impact: 'E-mails about failing connections are not sent: nobody hears of trouble before consumers do.',
    runbook: 'alerts-waiting',
    // No word of it is taken for waiting: then what sends them does not run.
    metric: filled(overAll('AlertsWaiting', { statistic: 'Minimum', period: QUARTER }), 1, QUARTER),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.BREACHING,
  },
  {
    severity: 'critical',
    impact:
      'Consumers notice nothing, but an entry of the audit was changed or is gone: what was done with credentials is not certain any more.',
    runbook: 'audit-broken',
    metric: overAll('AuditChainBroken', { statistic: 'Maximum', period: FIVE_MINUTES }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    // Checked now and then: the last word holds until the next.
    treatMissingData: TreatMissingData.IGNORE,
  },
];
