import * as z from 'zod';
import type { EventRule } from '../aws/event-bus.ts';
import { parseRateMs, type ScheduledRule } from '../scheduler.ts';
import { TemplateError } from '../template.ts';
import { arn, type Provisioner, parseProperties } from './context.ts';
import { readEventPattern } from './event-patterns.ts';
import { functionNameIn } from './functions.ts';

const targetSchema = z.strictObject({
  Arn: z.string(),
  Id: z.string(),
  Input: z.string().optional(),
  InputTransformer: z.unknown().optional(),
  // Delivery to a function on the same machine does not fail, so there is nothing to retry.
  RetryPolicy: z.unknown().optional(),
});

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
const ruleSchema = z
  .strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    ScheduleExpression: z.string().optional(),
    EventPattern: z.record(z.string(), z.unknown()).optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(targetSchema),
  })
  .refine(
    ({ ScheduleExpression, EventPattern }) =>
      (ScheduleExpression === undefined) !== (EventPattern === undefined),
    'the twin knows rules with either a ScheduleExpression or an EventPattern',
  );

/** The rules that stand, by what makes them fire. */
export interface Rules {
  readonly scheduled: ScheduledRule[];
  readonly byEvent: EventRule[];
}

/** @param rules collects what is brought up */
export function createRuleProvisioner(rules: Rules): Provisioner {
  return (logicalId, properties, { account }) => {
    const { Name = logicalId, ...declared } = parseProperties(logicalId, ruleSchema, properties);
    const rule = {
      arn: arn('events', account, `rule/${Name}`),
      isEnabled: declared.State === 'ENABLED',
      targets: declared.Targets.flatMap((target) => targetFunctions(logicalId, target)),
    };
    if (declared.EventPattern) {
      rules.byEvent.push({ ...rule, pattern: readEventPattern(logicalId, declared.EventPattern) });
    } else {
      rules.scheduled.push({ ...rule, periodMs: periodMs(logicalId, declared.ScheduleExpression ?? '') });
    }
    return { ref: Name, attributes: { Arn: rule.arn } };
  };
}

function periodMs(logicalId: string, expression: string): number {
  const period = parseRateMs(expression);
  if (period !== null) return period;
  throw new TemplateError(`${logicalId} has the schedule ${expression}; the twin knows rate(…)`);
}

/** None for a topic: on one machine there is nobody whom it could tell. */
function targetFunctions(logicalId: string, target: z.infer<typeof targetSchema>) {
  if (target.Arn.startsWith('arn:aws:sns:')) return [];
  const functionName = functionNameIn(target.Arn);
  if (!functionName) {
    throw new TemplateError(
      `${logicalId} targets ${target.Arn}; the twin knows Lambda functions and SNS topics as targets`,
    );
  }
  if (target.InputTransformer !== undefined) {
    throw new TemplateError(`${logicalId} has an InputTransformer for ${functionName}; the twin knows Input`);
  }
  return [{ functionName, input: target.Input === undefined ? null : (JSON.parse(target.Input) as unknown) }];
}
