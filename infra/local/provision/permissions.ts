import * as z from 'zod';
import { compileArn } from '../iam/pattern.ts';
import { TemplateError } from '../template.ts';
import { arn, type ProvisionContext } from './context.ts';
import { functionNameIn } from './functions.ts';
import { resourcesOf } from './resources.ts';
import type { RestApiDefinition } from './rest-api.ts';
import type { Rules } from './rules.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
const permissionSchema = z.strictObject({
  Action: z.literal('lambda:InvokeFunction'),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceAccount: z.string().optional(),
  SourceArn: z.string().default('*'),
});

/**
 * Makes sure that whatever invokes a function may: a rule without a permission does nothing in AWS, and a route answers
 * 500.
 *
 * @throws {TemplateError} naming the first that may not
 */
export function assertInvocable(
  context: ProvisionContext,
  { rules, api }: { rules: Rules; api: RestApiDefinition },
): void {
  const permissions = resourcesOf('AWS::Lambda::Permission', permissionSchema, context);
  const assertPermitted = (service: string, source: string, functionName: string) => {
    const isPermitted = permissions.some(
      ({ properties: { Principal, FunctionName, SourceArn } }) =>
        Principal === service &&
        (functionNameIn(FunctionName) ?? FunctionName) === functionName &&
        compileArn(SourceArn).matches(source),
    );
    if (isPermitted) return;
    throw new TemplateError(`${source} may not invoke ${functionName}: no AWS::Lambda::Permission allows it`);
  };
  for (const { arn: source, targets } of [...rules.scheduled, ...rules.byEvent]) {
    for (const { functionName } of targets) assertPermitted('events.amazonaws.com', source, functionName);
  }
  for (const { method, resource, functionName } of api.routes) {
    const path = resource.replace(/\{[^}]+\}/g, '*');
    const anyOr = method === 'ANY' ? '*' : method;
    const source = arn('execute-api', context.account, `${api.id}/${api.stage}/${anyOr}${path}`);
    assertPermitted('apigateway.amazonaws.com', source, functionName);
  }
}
