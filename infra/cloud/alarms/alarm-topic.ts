import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { type AlertsConfiguration, recipientsOf } from '../../../lib/config/alerts-configuration.ts';

/**
 * Tells people by e-mail what the keeper cannot tell itself. Without a key of ours: one that is lost must not silence the
 * alarm about it, and no alarm holds a secret.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, alerts: AlertsConfiguration) {
    super(scope, id);
    // Denies to publish without TLS.
    this.topic = new Topic(this, 'Topic', { displayName: 'Zoho token recovery', enforceSSL: true });
    for (const address of recipientsOf(alerts, null, 'critical')) {
      this.topic.addSubscription(new EmailSubscription(address));
    }
    this.#allowPublishing('Alarms', 'cloudwatch.amazonaws.com', {
      ArnLike: { 'aws:SourceArn': this.#alarms() },
    });
    // What EventBridge fulfils of a condition is documented nowhere, and one that it does not would silence the rule.
    this.#allowPublishing('Rules', 'events.amazonaws.com', {});
  }

  /** Of this account and region only: CloudWatch publishes for everybody. */
  #alarms(): string {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const alarms = { service: 'cloudwatch', resource: 'alarm', resourceName: 'zoho-token-recovery-*' };
    return Stack.of(this).formatArn({ arnFormat, ...alarms });
  }

  /**
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
   */
  #allowPublishing(sid: string, principal: string, conditions: Conditions): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [new ServicePrincipal(principal)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions,
      }),
    );
  }
}
