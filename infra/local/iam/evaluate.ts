import type { RequestContext } from './conditions.ts';
import type { PolicyKind, Statement } from './policy-document.ts';
import { type Caller, namingOf } from './principals.ts';

/** What a call asks to be allowed. */
export interface AccessRequest {
  /** Such as `dynamodb:GetItem`. */
  readonly action: string;
  /** An ARN; `*` for what is done to no resource in particular. */
  readonly resource: string;
  /** The service's own keys, in lower case. */
  readonly context: RequestContext;
}

/** The policies that have a say in one request. */
export interface ApplyingPolicies {
  /** The caller's own. */
  readonly identity: readonly Statement[];
  /** The resource's; null when it has none. */
  readonly resource: ResourcePolicy | null;
}

/** A resource's own policy. */
export interface ResourcePolicy {
  readonly statements: readonly Statement[];
  /** Whether the caller's policies count for nothing without it, as with a KMS key. */
  readonly isRequired: boolean;
}

/** What becomes of a request, and the statements that made it so. */
export type Decision =
  | { readonly kind: 'allowed'; readonly by: readonly Statement[] }
  | {
      readonly kind: 'denied';
      /** Whether a statement says so, or none says otherwise. */
      readonly how: 'explicitly' | 'implicitly';
      readonly policy: PolicyKind;
      readonly by: readonly Statement[];
    };

/**
 * Decides as IAM does: a statement that denies goes before all that allow; then either the caller's or the resource's
 * policy has to allow. Where the resource is in another account than the caller, both have to. A KMS key's policy must in
 * any case: the caller itself, or the account, which leaves it to the caller's own policies.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function evaluate(
  caller: Caller,
  request: AccessRequest,
  { identity, resource }: ApplyingPolicies,
): Decision {
  const context = { ...request.context, ...contextOf(caller) };
  const fits = (statement: Statement) => isAbout(statement, request, context);
  const ofCaller = identity.filter(fits);
  const ofResource = (resource?.statements ?? []).filter(fits).flatMap((statement) => {
    const naming = statement.principal && namingOf(statement.principal, caller);
    return naming ? [{ statement, naming }] : [];
  });
  const aboutCaller = ofResource.map(({ statement }) => statement);

  const deniedByCallers = ofCaller.filter(denies);
  if (deniedByCallers.length > 0) return denied('explicitly', 'identity', deniedByCallers);
  const deniedByResources = aboutCaller.filter(denies);
  if (deniedByResources.length > 0) return denied('explicitly', 'resource', deniedByResources);

  const isForeign = isOfAnotherAccount(request.resource, caller);
  const direct = ofResource.filter(({ naming }) => naming === 'itself').map(({ statement }) => statement);
  if (direct.length > 0 && !isForeign) return { kind: 'allowed', by: [...direct, ...ofCaller] };
  const isRequired = isForeign || (resource?.isRequired ?? false);
  if (isRequired && aboutCaller.length === 0) return denied('implicitly', 'resource', []);
  if (ofCaller.length === 0) return denied('implicitly', 'identity', []);
  return { kind: 'allowed', by: isRequired ? [...ofCaller, ...aboutCaller] : ofCaller };
}

/** As far as either is known to be of an account: a bucket's ARN names none, and a stranger has none. */
function isOfAnotherAccount(resource: string, { accountId }: Caller): boolean {
  const [, , , , account = ''] = resource.split(':');
  return account !== '' && accountId !== '' && account !== accountId;
}

/** What is known of every request. */
function contextOf({ principalArn, accountId }: Caller): RequestContext {
  return { 'aws:principalarn': principalArn, 'aws:principalaccount': accountId };
}

function isAbout(
  { actions, resources, conditions }: Statement,
  { action, resource }: AccessRequest,
  context: RequestContext,
): boolean {
  return (
    actions.some((pattern) => pattern.matches(action)) &&
    resources.some((pattern) => pattern.matches(resource)) &&
    conditions.every((isMet) => isMet(context))
  );
}

function denies({ effect }: Statement): boolean {
  return effect === 'Deny';
}

function denied(how: 'explicitly' | 'implicitly', policy: PolicyKind, by: readonly Statement[]): Decision {
  return { kind: 'denied', how, policy, by };
}
