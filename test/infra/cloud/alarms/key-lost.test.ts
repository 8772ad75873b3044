import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Synthesised, synthesizeStack } from '../synthesis.ts';
import { matchesPattern } from './event-pattern.ts';

const ACCOUNT = 'arn:aws:kms:eu-central-1:111122223333:key';
/** The keys as they stand after a deployment, by the beginning of their logical ids. */
const KEYS = {
  SecretsPrimaryKey: `${ACCOUNT}/11111111-12ab-34cd-56ef-1234567890ab`,
  BackupsKey: `${ACCOUNT}/22222222-12ab-34cd-56ef-1234567890ab`,
  AuditAnchorKey: `${ACCOUNT}/33333333-12ab-34cd-56ef-1234567890ab`,
};
const SOMEBODY_ELSES = `${ACCOUNT}/44444444-12ab-34cd-56ef-1234567890ab`;

interface Rule {
  readonly Name: string;
  readonly State: string;
  readonly EventPattern: { readonly detail: { readonly resources: { ARN: unknown[] } } };
  readonly Targets: readonly {
    readonly Arn: unknown;
    readonly InputTransformer: { InputPathsMap: Record<string, string>; InputTemplate: string };
  }[];
}

let stack: Synthesised;
let rule: Rule;
beforeAll(() => {
  stack = synthesizeStack(1);
  const rules = Object.values(stack.assertions.findResources('AWS::Events::Rule'));
  const found = rules
    .map(({ Properties }) => Properties)
    .filter(({ EventPattern }) => EventPattern?.source?.[0] === 'aws.kms');
  expect(found).toHaveLength(1);
  rule = JSON.parse(JSON.stringify(found[0]), (_name, value) => {
    const [id] = value?.['Fn::GetAtt'] ?? [];
    return id === undefined ? value : arnOf(id);
  });
});
afterAll(() => stack.dispose());

function arnOf(logicalId: string): string {
  const [, arn] = Object.entries(KEYS).find(([prefix]) => logicalId.startsWith(prefix)) ?? [];
  return arn ?? `of ${logicalId}`;
}

/**
 * What EventBridge gets when somebody is about to delete a key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/ct-schedule-key-deletion.html
 */
function cloudTrailEvent(keyArn: string, differing: object = {}) {
  return {
    version: '0',
    id: '12345678-aaaa-bbbb-cccc-123456789012',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.kms',
    account: '111122223333',
    time: '2026-11-23T18:58:30Z',
    region: 'eu-central-1',
    resources: [],
    detail: {
      eventVersion: '1.08',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'EX_PRINCIPAL_ID',
        arn: 'arn:aws:iam::111122223333:user/Alice',
        accountId: '111122223333',
        userName: 'Alice',
      },
      eventTime: '2026-11-23T18:58:30Z',
      eventSource: 'kms.amazonaws.com',
      eventName: 'ScheduleKeyDeletion',
      awsRegion: 'eu-central-1',
      sourceIPAddress: '192.0.2.0',
      userAgent: 'aws-cli',
      requestParameters: { pendingWindowInDays: 20, keyId: keyArn.split('/')[1] },
      responseElements: { keyId: keyArn, keyState: 'PendingDeletion' },
      requestID: 'ee408f36-ea01-422b-ac14-b0f147c68334',
      eventID: '3c4226b0-1e81-48a8-a333-7fa5f3cbd118',
      readOnly: false,
      resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: keyArn }],
      eventType: 'AwsApiCall',
      recipientAccountId: '111122223333',
      ...differing,
    },
  };
}

describe('P6: a key that is lost', () => {
  it.each(
    Object.entries(KEYS).flatMap(([key, arn]) =>
      ['DisableKey', 'ScheduleKeyDeletion'].map((eventName) => ({ key, arn, eventName })),
    ),
  )('$key by $eventName is told', ({ arn, eventName }) => {
    expect(matchesPattern(rule.EventPattern, cloudTrailEvent(arn, { eventName }))).toBe(true);
  });

  it.each([
    ['another key', SOMEBODY_ELSES, {}],
    ['another operation', KEYS.BackupsKey, { eventName: 'EnableKey' }],
    ['a call that was refused', KEYS.BackupsKey, { errorCode: 'AccessDenied' }],
  ])('is not %s', (_what, arn, differing) => {
    expect(matchesPattern(rule.EventPattern, cloudTrailEvent(arn, differing))).toBe(false);
  });

  it('is told to the alarms’ topic: what it means, what to do, and who did what', () => {
    const [target, ...others] = rule.Targets;
    expect([rule.Name, rule.State, others]).toEqual(['zoho-token-recovery-key-lost', 'ENABLED', []]);
    expect(target?.Arn).toEqual({ Ref: expect.stringMatching(/^AlarmTopic/) });
    const { InputPathsMap, InputTemplate } = target?.InputTransformer ?? {
      InputPathsMap: {},
      InputTemplate: '',
    };
    const { detail } = cloudTrailEvent(KEYS.BackupsKey);
    const values: Record<string, unknown> = {
      '$.detail.eventName': detail.eventName,
      '$.detail.resources[0].ARN': detail.resources[0]?.ARN,
      '$.detail.userIdentity.arn': detail.userIdentity.arn,
      '$.detail.eventTime': detail.eventTime,
    };
    const filled = InputTemplate.replaceAll(/<([^>]+)>/g, (_match, name) =>
      String(values[InputPathsMap[name] ?? '']),
    );
    expect(JSON.parse(filled)).toMatch(
      /^\[critical\] A key of the keeper .*\. Runbook: docs\/runbooks\/key-lost\.md /,
    );
    expect(JSON.parse(filled)).toContain(
      `ScheduleKeyDeletion of ${KEYS.BackupsKey} by arn:aws:iam::111122223333:user/Alice at 2026-11-23T18:58:30Z.`,
    );
  });
});
