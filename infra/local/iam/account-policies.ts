import { type AccessRequest, type Decision, evaluate, type ResourcePolicy } from './evaluate.ts';
import type { Statement } from './policy-document.ts';
import type { Caller } from './principals.ts';

/** Somebody who calls: a function in its role's session, or the operator. */
export interface Principal extends Caller {
  /** The logical id under which its policies stand. */
  readonly role: string;
}

/** Every policy of the twin's account. A value: a change makes another one. */
export interface AccountPolicies {
  /** By the name under which access keys know them. */
  readonly principals: ReadonlyMap<string, Principal>;
  /** The statements of each role, by its logical id. */
  readonly roles: ReadonlyMap<string, readonly Statement[]>;
  /**
   * The policies of resources that have one, by ARN. A KMS key that was made without one has AWS's own, which leaves
   * everything to the policies of the account: as if it had none.
   */
  readonly resources: ReadonlyMap<string, ResourcePolicy>;
}

/** Decides what becomes of a principal's request. */
export function decide(policies: AccountPolicies, principal: Principal, request: AccessRequest): Decision {
  return evaluate(principal, request, {
    identity: policies.roles.get(principal.role) ?? [],
    resource: resourcePolicyOf(policies, request.resource),
  });
}

/** The same policies, with some statements of a role changed, or left out (null). */
export function withRole(
  policies: AccountPolicies,
  role: string,
  change: (statement: Statement) => Statement | null,
): AccountPolicies {
  const changed = (policies.roles.get(role) ?? []).flatMap((statement) => change(statement) ?? []);
  return { ...policies, roles: new Map([...policies.roles, [role, changed]]) };
}

/** A table's policy speaks for its indexes, a bucket's for its objects. */
const PART_OF = /^(arn:aws:dynamodb:.*:table\/[^/]+|arn:aws:s3:::[^/]+)\//;

function resourcePolicyOf({ resources }: AccountPolicies, arn: string): ResourcePolicy | null {
  return resources.get(PART_OF.exec(arn)?.[1] ?? arn) ?? null;
}
