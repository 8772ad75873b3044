import type { Stack } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, UnknownPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { UngrantableError } from './errors.ts';

/** Stand for what only the deployment knows: the stack's own account, and anything else. */
const [OWN, UNKNOWN] = ['own', 'unknown'];

/** The account as a whole, or something of it; a pattern matches neither. */
const OF_AN_ACCOUNT = /^arn:[^:]+:(?:iam|sts)::(?<account>own|unknown|\d{12}):(?<resource>[^*?]+)$/;
const ACCOUNT = /^(?:own|\d{12})$/;

/**
 * Whether a resource's policy can let a principal in, and no more than that: as the policy would be written, whatever the
 * principal's class is.
 *
 * @throws {UngrantableError} for everybody, an organisation, a service, a pattern, and the stack's own account
 */
export function assertNameable(stack: Stack, grantee: IGrantable): void {
  const { grantPrincipal } = grantee;
  const accounts = principalsIn(stack, grantPrincipal).map(accountOf);
  if (accounts.length === 0 || accounts.includes(undefined)) {
    throw new UngrantableError(
      `${nameOf(grantee)} cannot be granted an access token, since it is of no certain account. ` +
        'Grant a function, a role, or each account by an AccountPrincipal.',
    );
  }
  if (accounts.some((found) => found?.isWhole && [OWN, stack.account].includes(found.account))) {
    throw new UngrantableError(
      `${nameOf(grantee)} cannot be granted an access token, since it is the account of the secret itself. ` +
        'Grant the function or role that is to read it.',
    );
  }
}

/** What the policy names by the key `AWS`; nothing if it is named in another way as well. */
function principalsIn(stack: Stack, principal: IPrincipal): string[] {
  // Of what was imported without a role; CDK has no policy for that.
  if (principal instanceof UnknownPrincipal) return [];
  const { AWS, ...others } = stack.resolve(principal.policyFragment.principalJson) as Record<string, unknown>;
  return Object.keys(others).length > 0 ? [] : [AWS].flat().map(writeOut);
}

/** A value of the template as text. */
function writeOut(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = Object(value) as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (join !== undefined) return join[1].map(writeOut).join(join[0]);
  if (Ref === 'AWS::Partition') return 'aws';
  return Ref === 'AWS::AccountId' ? OWN : UNKNOWN;
}

function accountOf(principal: string): { account: string; isWhole: boolean } | undefined {
  if (ACCOUNT.test(principal)) return { account: principal, isWhole: true };
  const { account, resource } = OF_AN_ACCOUNT.exec(principal)?.groups ?? {};
  return account === undefined ? undefined : { account, isWhole: resource === 'root' };
}

function nameOf(grantee: IGrantable): string {
  return Construct.isConstruct(grantee) ? grantee.node.path : String(grantee.grantPrincipal);
}
