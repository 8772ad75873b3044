import * as z from 'zod';
import { parseRateMs, type ScheduledRule } from '../scheduler.ts';
import { TemplateError } from '../template.ts';
import { arn, type Provisioner, parseProperties } from './context.ts';
import { functionNameIn } from './functions.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
const ruleSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(
    z.strictObject({
      Arn: z.string(),
      Id: z.string(),
      Input: z.string().optional(),
      // Delivery to a function on the same machine does not fail, so there is nothing to retry.
      RetryPolicy: z.unknown().optional(),
    }),
  ),
});

export function createRuleProvisioner(rules: ScheduledRule[]): Provisioner {
  return (logicalId, properties, { account }) => {
    const { Name = logicalId, ...rule } = parseProperties(logicalId, ruleSchema, properties);
    const periodMs = parseRateMs(rule.ScheduleExpression);
    if (periodMs === null) {
      throw new TemplateError(
        `${logicalId} has the schedule ${rule.ScheduleExpression}; the twin knows rate(…)`,
      );
    }
    const ruleArn = arn('events', account, `rule/${Name}`);
    rules.push({
      arn: ruleArn,
      periodMs,
      isEnabled: rule.State === 'ENABLED',
      targets: rule.Targets.map((target) => ({
        functionName: targetFunction(logicalId, target.Arn),
        input: target.Input === undefined ? null : JSON.parse(target.Input),
      })),
    });
    return { ref: Name, attributes: { Arn: ruleArn } };
  };
}

function targetFunction(logicalId: string, targetArn: string): string {
  const name = functionNameIn(targetArn);
  if (name) return name;
  throw new TemplateError(`${logicalId} targets ${targetArn}; the twin knows Lambda functions as targets`);
}
