import * as z from 'zod';
import { OPERATOR } from '../aws/access-keys.ts';
import type { AccountPolicies, Principal } from '../iam/account-policies.ts';
import type { ResourcePolicy } from '../iam/evaluate.ts';
import { awsManagedPolicy } from '../iam/managed-policies.ts';
import { parsePolicies, type Statement } from '../iam/policy-document.ts';
import { assertAssumable } from '../iam/trust-policy.ts';
import { TemplateError } from '../template.ts';
import { type ProvisionContext, parseProperties } from './context.ts';
import { propertiesOf, resourcesOf } from './resources.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Description: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
});

/** `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy`: CDK moves what gets too long for the one into the other. */
const attachedPolicySchema = z.strictObject({
  Description: z.string().optional(),
  Path: z.string().optional(),
  PolicyName: z.string().optional(),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
});

const functionSchema = z.object({ Role: z.string().optional() });
const keySchema = z.object({ KeyPolicy: z.unknown().optional() });
const tableSchema = z.object({
  ResourcePolicy: z.strictObject({ PolicyDocument: z.unknown() }).optional(),
});
const secretPolicySchema = z.strictObject({
  SecretId: z.string(),
  ResourcePolicy: z.unknown(),
  // What it would refuse on AWS, the twin has no way to tell.
  BlockPublicPolicy: z.boolean().optional(),
});
const bucketPolicySchema = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });

/**
 * Every policy of the template, once everything stands that they name. A role that no function takes is one for a service
 * of AWS's, which needs no permission here.
 *
 * @throws {TemplateError} for anything that the twin could not enforce
 */
export function readPolicies(context: ProvisionContext): AccountPolicies {
  const principals = new Map([[OPERATOR, operatorOf(context)]]);
  const roles = new Map([[OPERATOR, administratorStatements()]]);
  for (const [logicalId, { name }] of context.functions) {
    const { Role } = parseProperties(logicalId, functionSchema, propertiesOf(logicalId, context));
    const role = Role === undefined ? null : roleIn(Role, logicalId, context);
    principals.set(name, sessionOf(name, role, context));
    if (role !== null && !roles.has(role)) roles.set(role, readRole(role, context));
  }
  return { principals, roles, resources: readResourcePolicies(context) };
}

function operatorOf({ account: { accountId } }: ProvisionContext): Principal {
  const arn = `arn:aws:iam::${accountId}:user/${OPERATOR}`;
  return { arn, principalArn: arn, accountId, role: OPERATOR };
}

/** The operator may do what the account may; what a resource's policy denies to everybody, also to the operator. */
function administratorStatements(): readonly Statement[] {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  return parsePolicies('identity', OPERATOR, [{ Version: '2012-10-17', Statement: statement }]);
}

/** A function without a role has one without any policy. */
function sessionOf(functionName: string, role: string | null, context: ProvisionContext): Principal {
  const { accountId } = context.account;
  const roleName = role ?? 'none';
  return {
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${functionName}`,
    principalArn: `arn:aws:iam::${accountId}:role/${roleName}`,
    accountId,
    role: roleName,
  };
}

function roleIn(roleArn: string, functionId: string, { template }: ProvisionContext): string {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  if (template.Resources[role]?.Type === 'AWS::IAM::Role') return role;
  throw new TemplateError(`${functionId} has the role ${roleArn}, whose policies the twin does not know`);
}

function readRole(role: string, context: ProvisionContext): readonly Statement[] {
  const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies } = parseProperties(
    role,
    roleSchema,
    propertiesOf(role, context),
  );
  assertAssumable(role, AssumeRolePolicyDocument, 'lambda.amazonaws.com');
  return parsePolicies('identity', role, [
    ...Policies.map(({ PolicyDocument }) => PolicyDocument),
    ...attachedTo(role, context),
    ...ManagedPolicyArns.map((arn) => managedPolicy(arn, role)),
  ]);
}

function attachedTo(role: string, context: ProvisionContext): unknown[] {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => resourcesOf(type, attachedPolicySchema, context))
    .filter(({ properties }) => properties.Roles.includes(role))
    .map(({ properties }) => properties.PolicyDocument);
}

function managedPolicy(arn: string, role: string): object {
  const document = awsManagedPolicy(arn);
  if (document) return document;
  throw new TemplateError(`${role} has the managed policy ${arn}, which the twin does not know`);
}

function readResourcePolicies(context: ProvisionContext): ReadonlyMap<string, ResourcePolicy> {
  const arnOf = (logicalId: string) =>
    String(context.resolver.resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] }, logicalId));
  const policies = new Map<string, ResourcePolicy>();
  const add = (arn: string, holder: string, document: unknown, isRequired = false) =>
    policies.set(arn, { statements: parsePolicies('resource', holder, [document]), isRequired });

  for (const { logicalId, properties } of resourcesOf('AWS::KMS::Key', keySchema, context)) {
    if (properties.KeyPolicy) add(arnOf(logicalId), logicalId, properties.KeyPolicy, true);
  }
  for (const { logicalId, properties } of resourcesOf('AWS::DynamoDB::Table', tableSchema, context)) {
    const { ResourcePolicy } = properties;
    if (ResourcePolicy) add(arnOf(logicalId), logicalId, ResourcePolicy.PolicyDocument);
  }
  const secretPolicies = resourcesOf('AWS::SecretsManager::ResourcePolicy', secretPolicySchema, context);
  for (const { logicalId, properties } of secretPolicies) {
    add(properties.SecretId, logicalId, properties.ResourcePolicy);
  }
  for (const { logicalId, properties } of resourcesOf('AWS::S3::BucketPolicy', bucketPolicySchema, context)) {
    add(`arn:aws:s3:::${properties.Bucket}`, logicalId, properties.PolicyDocument);
  }
  return policies;
}
