import type { AppClient } from '../api/sign-in/app-client.ts';
import type { AccountPolicies } from '../iam/account-policies.ts';
import type { EncryptionKey } from '../iam/requests/encryption-keys.ts';
import type { LambdaAccount } from '../lambda/definition.ts';
import { type PhysicalResource, parseTemplate, TemplateError, TemplateResolver } from '../template.ts';
import { provisionBucket } from './buckets.ts';
import { arn, type ProvisionContext, type Provisioner, type ProvisionTarget } from './context.ts';
import { readEncryptionKeys } from './encryption-keys.ts';
import { provisionFunction } from './functions.ts';
import { provisionKey, provisionKeyAlias } from './keys.ts';
import { assertInvocable } from './permissions.ts';
import { readPolicies } from './policies.ts';
import { createRestApiProvisioners, type RestApiDefinition } from './rest-api.ts';
import { createRuleProvisioner, type Rules } from './rules.ts';
import { provisionSecret } from './secrets.ts';
import { provisionTable } from './tables.ts';
import { createUserPoolClientProvisioner, provisionUserPool } from './user-pools.ts';

/**
 * What needs nothing on one machine. Only its name and ARN exist, so that others can refer to it. Whatever stands
 * neither here nor among the provisioners stops the twin: nothing of the template is silently missing.
 */
const NAMES_ONLY = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::Deployment',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Cognito::ManagedLoginBranding',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Logs::LogGroup',
  // Nobody here could be told: what a topic is sent goes nowhere.
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  // Read where its function is provisioned.
  'AWS::Lambda::EventInvokeConfig',
  // Read when everything stands that they name: policies.ts, permissions.ts.
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SecretsManager::ResourcePolicy',
]);

/** What stands after a template has been provisioned. */
export interface ProvisionedStack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly rules: Rules;
  readonly api: RestApiDefinition;
  readonly appClients: readonly AppClient[];
  readonly policies: AccountPolicies;
  /** The KMS keys that buckets and tables are encrypted by, by ARN. */
  readonly encryptionKeys: ReadonlyMap<string, EncryptionKey>;
}

/**
 * Brings up every resource of a synthesised template. Names are stable over restarts, and what stands is kept.
 *
 * @param template the synthesised template, as parsed JSON
 * @param assemblyDir the folder that holds its assets
 * @throws {TemplateError} for a resource, a property or an intrinsic that the twin does not know
 */
export async function provision(
  template: unknown,
  assemblyDir: string,
  target: ProvisionTarget,
): Promise<ProvisionedStack> {
  const parsed = parseTemplate(template);
  const resolver = new TemplateResolver(parsed, target.account);
  const context = { ...target, template: parsed, resolver, assemblyDir, functions: new Map() };
  const rules: Rules = { scheduled: [], byEvent: [] };
  const appClients: AppClient[] = [];
  const api: RestApiDefinition = {
    id: '',
    stage: 'local',
    routes: [],
    gatewayResponses: new Map(),
    compressedFromBytes: Infinity,
  };
  const { restApi, parts } = createRestApiProvisioners(api);
  // In this order, so that whatever a resource refers to stands before it.
  const provisioners: Record<string, Provisioner> = {
    'AWS::KMS::Key': provisionKey,
    'AWS::KMS::Alias': provisionKeyAlias,
    'AWS::SecretsManager::Secret': provisionSecret,
    'AWS::DynamoDB::Table': provisionTable,
    'AWS::S3::Bucket': provisionBucket,
    'AWS::ApiGateway::RestApi': restApi,
    'AWS::Cognito::UserPool': provisionUserPool,
    'AWS::Cognito::UserPoolClient': createUserPoolClientProvisioner(appClients),
    'AWS::Lambda::Function': provisionFunction,
    'AWS::Events::Rule': createRuleProvisioner(rules),
    ...parts,
  };
  refuseUnknownTypes(context, provisioners);
  provideNames(context);
  for (const [type, provisioner] of Object.entries(provisioners)) {
    await provisionType(type, provisioner, context);
  }
  assertInvocable(context, { rules, api });
  return {
    outputs: resolveOutputs(context),
    rules,
    api,
    appClients,
    policies: readPolicies(context),
    encryptionKeys: readEncryptionKeys(context),
  };
}

function refuseUnknownTypes({ template }: ProvisionContext, provisioners: Record<string, Provisioner>): void {
  for (const [logicalId, { Type }] of Object.entries(template.Resources)) {
    if (NAMES_ONLY.has(Type) || Type in provisioners) continue;
    throw new TemplateError(`${logicalId} is of the type ${Type}, which the twin cannot bring up`);
  }
}

function provideNames({ template, resolver, account }: ProvisionContext): void {
  for (const [logicalId, { Type }] of Object.entries(template.Resources)) {
    if (!NAMES_ONLY.has(Type)) continue;
    resolver.provide(logicalId, namedResource(logicalId, Type, account));
  }
}

/** `Ref` gives a name, but of a topic its ARN. */
function namedResource(logicalId: string, type: string, account: LambdaAccount): PhysicalResource {
  const Arn = arnOfNamed(logicalId, type, account);
  if (type !== 'AWS::SNS::Topic') return { ref: logicalId, attributes: { Arn } };
  return { ref: Arn, attributes: { TopicArn: Arn, TopicName: logicalId } };
}

/** IAM knows no regions. */
function arnOfNamed(logicalId: string, type: string, account: LambdaAccount): string {
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::${account.accountId}:role/${logicalId}`;
  const service = type.split('::')[1]?.toLowerCase() ?? '';
  return arn(service, account, logicalId);
}

async function provisionType(
  type: string,
  provisioner: Provisioner,
  context: ProvisionContext,
): Promise<void> {
  const { template, resolver } = context;
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== type) continue;
    const properties = resolver.resolve(Properties, logicalId);
    const resource: PhysicalResource = await provisioner(logicalId, properties, context);
    resolver.provide(logicalId, resource);
  }
}

function resolveOutputs({ template, resolver }: ProvisionContext): Record<string, string> {
  return Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value }]) => [
      name,
      String(resolver.resolve(Value, name)),
    ]),
  );
}
