import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { KeeperFunction } from './keeper-function.ts';

/** What lets a function send e-mails from one address, every minute. */
export class KeeperAlerts extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { alerts: KeeperFunction; sender: string; apiUrl: string },
  ) {
    super(scope, id);
    const { alerts, sender, apiUrl } = props;
    alerts.lambda.addEnvironment('API_URL', apiUrl);
    alerts.allow(this.#sendStatement(sender));
    new Rule(this, 'Sweep', {
      description: 'Tells people what they have not been told of the Zoho connections',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(alerts.lambda, { event: RuleTargetInput.fromObject({}) })],
    });
  }

  /** SES looks for the sender's address among the verified identities, and then for its domain. */
  #sendStatement(sender: string): PolicyStatement {
    const domain = sender.slice(sender.lastIndexOf('@') + 1);
    const identityArn = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName });
    return new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: [identityArn(sender), identityArn(domain)],
      conditions: { StringEquals: { 'ses:FromAddress': sender } },
    });
  }
}
