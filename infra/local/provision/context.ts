import * as z from 'zod';
import { type AccessKeys, OPERATOR } from '../aws/access-keys.ts';
import type { BucketSettings } from '../aws/emulators.ts';
import { AwsError, type AwsService } from '../aws/service.ts';
import type { FunctionDefinition, LambdaAccount } from '../lambda/definition.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { type PhysicalResource, type Template, TemplateError, type TemplateResolver } from '../template.ts';

/** The local cloud that a template is provisioned into. */
export interface ProvisionTarget {
  readonly account: LambdaAccount;
  readonly kms: AwsService;
  readonly secretsManager: AwsService;
  readonly dynamodb: AwsService;
  readonly createBucket: (name: string, settings: BucketSettings) => void;
  readonly lambda: Lambda;
  /** Where the gateway serves the REST API. */
  readonly apiOrigin: string;
  readonly accessKeys: AccessKeys;
  /** Where the Cognito stand-in issues tokens. */
  readonly issuerUrl: string;
}

/** What a provisioner works with. */
export interface ProvisionContext extends ProvisionTarget {
  readonly template: Template;
  readonly resolver: TemplateResolver;
  /** Where the synthesised assets lie. */
  readonly assemblyDir: string;
  /** The functions that stand, by logical id. */
  readonly functions: Map<string, FunctionDefinition>;
}

/** Brings up one resource from its resolved properties. */
export type Provisioner = (
  logicalId: string,
  properties: unknown,
  context: ProvisionContext,
) => Promise<PhysicalResource> | PhysicalResource;

/** @throws {TemplateError} naming the resource and the property */
export function parseProperties<T>(logicalId: string, schema: z.ZodType<T>, properties: unknown): T {
  const result = schema.safeParse(properties);
  if (result.success) return result.data;
  throw new TemplateError(`${logicalId} cannot be brought up: ${z.prettifyError(result.error)}`);
}

export async function callAsOperator<T>(
  service: AwsService,
  operation: string,
  input: object,
  schema: z.ZodType<T>,
): Promise<T> {
  return schema.parse(await service({ operation, input, principal: OPERATOR }));
}

/** Runs a call whose answer may be that the thing is there already, or is not there yet. */
export async function unless<T>(code: string, call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AwsError && error.code === code) return null;
    throw error;
  }
}

export function arn(service: string, { region, accountId }: LambdaAccount, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
