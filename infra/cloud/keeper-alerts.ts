import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { KeeperFunction, Permissions } from './keeper-function.ts';

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
    alerts.allowAll(this.#sendPermissions(sender));
    new Rule(this, 'Sweep', {
      description: 'Tells people what they have not been told of the Zoho connections',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(alerts.lambda, { event: RuleTargetInput.fromObject({}) })],
    });
  }

  #sendPermissions(sender: string): Permissions {
    const resource = { service: 'ses', resource: 'identity', resourceName: '*' };
    const statement = new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: [Stack.of(this).formatArn(resource)],
      conditions: { StringEquals: { 'ses:FromAddress': sender } },
    });
    return {
      statements: [statement],
      findings: {
        'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]':
          'Whether the sender’s address is verified or its domain is not known here; the condition allows this one address only.',
      },
    };
  }
}
