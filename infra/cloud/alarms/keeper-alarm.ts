import { Alarm, type AlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { type AlarmChannel, alarmName, describeNotice, type Notice } from './notice.ts';

export interface KeeperAlarmProps
  extends Notice,
    Required<
      Pick<
        AlarmProps,
        'metric' | 'threshold' | 'comparisonOperator' | 'evaluationPeriods' | 'treatMissingData'
      >
    > {
  readonly channel: AlarmChannel;
}

/**
 * An alarm that says what it means and what to do: there is none without. It tells its end as well, since whoever got up
 * for it would have to watch otherwise.
 */
export class KeeperAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, props: KeeperAlarmProps) {
    super(scope, props.runbook);
    const { severity, impact, runbook, channel, ...rule } = props;
    this.alarm = new Alarm(this, 'Alarm', {
      ...rule,
      alarmName: alarmName(runbook),
      alarmDescription: describeNotice({ severity, impact, runbook }, channel.runbooksUrl),
    });
    const action = new SnsAction(channel.topic);
    this.alarm.addAlarmAction(action);
    this.alarm.addOkAction(action);
  }
}
