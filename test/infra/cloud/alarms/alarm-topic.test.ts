import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlarmTopic } from '../../../../infra/cloud/alarms/alarm-topic.ts';
import { describeNotice } from '../../../../infra/cloud/alarms/notice.ts';
import { createApp } from '../../../../infra/cloud/synthesize.ts';
import { alertsSchema } from '../../../../lib/config/alerts-configuration.ts';

let folder: string;
let template: Template;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alarm-topic-'));
  const app = createApp(join(folder, 'out'));
  const stack = new Stack(app, 'Topic');
  const recipients = {
    default: ['team@company.example'],
    critical: ['a@company.example', 'b@company.example'],
  };
  new AlarmTopic(stack, 'AlarmTopic', alertsSchema.parse({ sender: 'keeper@company.example', recipients }));
  // A finding of cdk-nag fails it all.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  template = Template.fromStack(stack);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An ARN of this account and region. */
const arnOf = (service: string, resource: string) => ({
  'Fn::Join': [
    '',
    ['arn:', ref('Partition'), `:${service}:`, ref('Region'), ':', ref('AccountId'), `:${resource}`],
  ],
});
const ref = (name: string) => ({ Ref: `AWS::${name}` });

describe('the topic of the alarms', () => {
  it('is told by e-mail to whoever is told of what is critical', () => {
    const found = Object.values(template.findResources('AWS::SNS::Subscription'));
    const subscriptions = found.map(({ Properties: { Protocol, Endpoint } }) => [Protocol, Endpoint]);
    expect(subscriptions).toEqual([
      ['email', 'a@company.example'],
      ['email', 'b@company.example'],
    ]);
  });

  it('takes what this account’s alarms publish, and rules, by TLS', () => {
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const publish = { Action: 'sns:Publish', Resource: { Ref: expect.stringMatching(/^AlarmTopic/) } };
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Sid: expect.any(String),
        Effect: 'Deny',
        Principal: '*',
        ...publish,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'Alarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        ...publish,
        Condition: { ArnLike: { 'aws:SourceArn': arnOf('cloudwatch', 'alarm:zoho-token-recovery-*') } },
      },
      {
        Sid: 'Rules',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        ...publish,
      },
    ]);
  });

  it('P6: needs no key: one that is lost does not silence what tells so', () => {
    const [topic] = Object.values(template.findResources('AWS::SNS::Topic'));
    expect(topic?.Properties).not.toHaveProperty('KmsMasterKeyId');
  });
});

it('a notice names its runbook where it can be read', () => {
  const notice = { severity: 'critical', impact: 'It stops.', runbook: 'token-expiring' } as const;
  expect(describeNotice(notice, 'https://wiki.company.example/keeper/')).toBe(
    '[critical] It stops. Runbook: https://wiki.company.example/keeper/token-expiring.md',
  );
  expect(describeNotice(notice, null)).toBe('[critical] It stops. Runbook: docs/runbooks/token-expiring.md');
});
