import { expect, it } from 'vitest';
import { standingOf } from '../../../bench/calls/standing.ts';

it('counts what a template is charged for by the month', () => {
  const metric = (id: string) => ({ Id: id, MetricStat: {} });
  const template = {
    Resources: {
      Key: { Type: 'AWS::KMS::Key' },
      Token: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
      Simple: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
      Sum: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Metrics: [{ Id: 'sum', Expression: 'a + b' }, metric('a'), metric('b')] },
      },
      Board: { Type: 'AWS::CloudWatch::Dashboard' },
      Function: { Type: 'AWS::Lambda::Function' },
    },
  };
  expect(standingOf(template)).toEqual({ keys: 1, alarmMetrics: 3, dashboards: 1 });
});
