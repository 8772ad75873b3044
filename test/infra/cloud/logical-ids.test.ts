import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { embed, openWorkplace, type Workplace } from './embedding.ts';
import { synthesizeStack } from './synthesis.ts';

/** What holds data or is known outside: another logical id, and a deployment would make another one of it. */
const KEPT = new Set([
  'AWS::ApiGateway::RestApi',
  'AWS::Cognito::UserPool',
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
]);

let workplace: Workplace;
beforeAll(() => {
  workplace = openWorkplace();
});
afterAll(() => workplace.dispose());

function keptIn({ Resources }: { Resources: Record<string, { Type: string }> }): string[] {
  const kept = Object.entries(Resources).filter(([, { Type }]) => KEPT.has(Type));
  return kept.map(([logicalId]) => logicalId).sort();
}

it('P2: an upgrade of the own stack replaces nothing that holds data', () => {
  const stack = synthesizeStack(1);
  try {
    expect(keptIn(stack.template as Parameters<typeof keptIn>[0])).toEqual([
      'AdminApiB3376E39',
      'AdminIdentityUserPool93FFD769',
      'AlarmTopicC2164170',
      'AuditAnchorKey5298D779',
      'AuditTable18A3095C',
      'BackupsBucket2936A3AA',
      'BackupsKeyC696F888',
      'BackupsTableF3140AF6',
      'SecretsAccessTokencrm04F4141BD',
      'SecretsClientmainEEBE0E04',
      'SecretsCredentialcrm0F9D6D7B3',
      'SecretsPrimaryKey4E34F83D',
      'StateTable962DE04C',
    ]);
  } finally {
    stack.dispose();
  }
});

it('P2: nor does one of the construct in somebody’s stack', () => {
  const stack = workplace.openStack();
  embed(stack);
  expect(keptIn(Template.fromStack(stack).toJSON() as Parameters<typeof keptIn>[0])).toEqual([
    'ZohoAdminApiB0A2034E',
    'ZohoAdminIdentityUserPool01BCD7E4',
    'ZohoAlarmTopic4BC4CC3A',
    'ZohoAuditAnchorKeyCA4C7B04',
    'ZohoAuditTable0A456993',
    'ZohoBackupsBucket01FC9A72',
    'ZohoBackupsKey0FBF5CFA',
    'ZohoBackupsTable10AE321E',
    'ZohoSecretsAccessTokenbooksFB2E46C3',
    'ZohoSecretsAccessTokencrm2281A6DF',
    'ZohoSecretsClientmain5683B482',
    'ZohoSecretsCredentialbooks0591AD80',
    'ZohoSecretsCredentialcrm37D18EFF',
    'ZohoSecretsPrimaryKey4CB338BA',
    'ZohoStateTableD5B49FC3',
  ]);
});
