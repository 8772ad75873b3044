import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { type AlarmChannel, alarmName, describeNotice, type Notice } from './notice.ts';

export interface KeeperEventAlarmProps extends Notice {
  readonly channel: AlarmChannel;
  readonly pattern: EventPattern;
}

/**
 * Tells that somebody called AWS in a way that must not go unnoticed: what it means, what to do, and who did what. It has
 * no end that could be told.
 *
 * CloudTrail tells EventBridge of the call, where a trail of the account records management events.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class KeeperEventAlarm extends Construct {
  constructor(scope: Construct, { severity, impact, runbook, channel, pattern }: KeeperEventAlarmProps) {
    super(scope, runbook);
    const description = describeNotice({ severity, impact, runbook }, channel.runbooksUrl);
    const [what, which, who, when] = ['eventName', 'resources[0].ARN', 'userIdentity.arn', 'eventTime'].map(
      (path) => EventField.fromPath(`$.detail.${path}`),
    );
    const input = RuleTargetInput.fromText(
      `${description} What happened: ${what} of ${which} by ${who} at ${when}.`,
    );
    new Rule(this, 'Rule', {
      ruleName: alarmName(runbook),
      description,
      eventPattern: pattern,
      // CDK's own target would let rules of every account publish.
      targets: [{ bind: () => ({ arn: channel.topic.topicArn, input }) }],
    });
  }
}
