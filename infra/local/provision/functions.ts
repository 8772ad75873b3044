import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type FunctionDefinition, functionArn } from '../lambda/definition.ts';
import { TemplateError } from '../template.ts';
import { type ProvisionContext, type Provisioner, parseProperties } from './context.ts';
import { servedHere } from './served-here.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
const functionSchema = z.object({
  FunctionName: z.string().optional(),
  Handler: z.string(),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
  MemorySize: z.number().default(128),
  Timeout: z.number().default(3),
  ReservedConcurrentExecutions: z.number().optional(),
});

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html */
const eventInvokeConfigSchema = z.object({
  FunctionName: z.object({ Ref: z.string() }),
  MaximumEventAgeInSeconds: z.number().optional(),
  MaximumRetryAttempts: z.number().optional(),
});

export const provisionFunction: Provisioner = (logicalId, properties, context) => {
  const { account, lambda, accessKeys, functions } = context;
  const declared = parseProperties(logicalId, functionSchema, properties);
  const name = declared.FunctionName ?? logicalId;
  const invokeConfig = findEventInvokeConfig(logicalId, context);
  const definition: FunctionDefinition = {
    name,
    directory: assetDirectory(logicalId, declared.Code.S3Key, context),
    handler: declared.Handler,
    environment: mapValues(declared.Environment?.Variables ?? {}, (text) => servedHere(text, context)),
    memoryMb: declared.MemorySize,
    timeoutMs: declared.Timeout * 1000,
    reservedConcurrency: declared.ReservedConcurrentExecutions ?? null,
    maximumRetryAttempts: invokeConfig?.MaximumRetryAttempts ?? 2,
    maximumEventAgeMs: (invokeConfig?.MaximumEventAgeInSeconds ?? 21_600) * 1000,
  };
  lambda.deploy(definition, accessKeys.issue(name));
  functions.set(logicalId, definition);
  return { ref: name, attributes: { Arn: functionArn(account, name) } };
};

function mapValues(
  variables: Readonly<Record<string, string>>,
  map: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, map(value)]));
}

/** The function's name in its ARN, also where API Gateway has wrapped it into an invocation path. */
export function functionNameIn(arn: string): string | null {
  return /:function:([^:/]+)/.exec(arn)?.[1] ?? null;
}

function findEventInvokeConfig(logicalId: string, { template }: ProvisionContext) {
  for (const [configId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::Lambda::EventInvokeConfig') continue;
    const config = parseProperties(configId, eventInvokeConfigSchema, Properties);
    if (config.FunctionName.Ref === logicalId) return config;
  }
  return undefined;
}

/** CDK names an asset's folder and its object in the bucket by the same hash. */
function assetDirectory(logicalId: string, s3Key: string, { assemblyDir }: ProvisionContext): string {
  const directory = join(assemblyDir, `asset.${s3Key.replace(/\.zip$/, '')}`);
  if (existsSync(directory)) return directory;
  throw new TemplateError(`${logicalId}'s bundle is missing: ${directory} does not exist`);
}
