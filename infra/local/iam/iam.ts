import { accessDenied } from './access-denied.ts';
import { type AccountPolicies, decide, type Principal, withRole } from './account-policies.ts';
import type { AccessRequest, Decision } from './evaluate.ts';

/** A request as a call brings it. */
export interface BroughtRequest extends AccessRequest {
  /** Another ARN that the same resource goes by; that the one is allowed is enough. */
  readonly alias?: string;
  /** What a refusal names in place of the ARN, null for nothing. */
  readonly shownAs?: string | null;
}

/** A request with what became of it. */
export interface AccessRecord extends AccessRequest {
  /** The function that asked, or `operator`. */
  readonly principal: string;
  readonly decision: Decision;
}

const CAPACITY = 10_000;

/**
 * The stand-in for IAM: decides what each caller may do, by the template's policies, and remembers it. Until there are
 * policies everything is allowed: nobody is there yet but who brings the template up.
 */
export class Iam {
  readonly #records: AccessRecord[] = [];
  #policies: AccountPolicies | null = null;

  /** The latest requests, oldest first. */
  get records(): readonly AccessRecord[] {
    return this.#records;
  }

  get policies(): AccountPolicies | null {
    return this.#policies;
  }

  /** From now on these policies hold. */
  deploy(policies: AccountPolicies): void {
    this.#policies = policies;
  }

  clear(): void {
    this.#records.length = 0;
  }

  /**
   * Allows a call that makes these requests, or refuses it.
   *
   * @throws {AwsError} AccessDeniedException, for the first that is not allowed
   */
  authorize(name: string, requests: readonly BroughtRequest[]): void {
    if (!this.#policies) return;
    const principal = this.#policies.principals.get(name) ?? nobody(name);
    for (const brought of requests) {
      const { request, decision } = choose(this.#policies, principal, brought);
      this.#record({ principal: name, ...request, decision });
      if (decision.kind === 'denied') throw accessDenied(principal.arn, request, decision, brought.shownAs);
    }
  }

  /**
   * Runs something while a role lacks one of its statements.
   *
   * @param role its logical id
   * @param statement the statement's name
   */
  async withoutStatement<T>(role: string, statement: string, run: () => Promise<T>): Promise<T> {
    const whole = this.#policies;
    if (!whole) throw new Error('There are no policies to take a statement out of.');
    this.#policies = withRole(whole, role, (one) => (one.name === statement ? null : one));
    try {
      return await run();
    } finally {
      this.#policies = whole;
    }
  }

  #record(record: AccessRecord): void {
    this.#records.push(record);
    if (this.#records.length > CAPACITY) this.#records.shift();
  }
}

/** The request by the first of its resource's ARNs that any statement is about. */
function choose(policies: AccountPolicies, principal: Principal, brought: BroughtRequest) {
  const { action, resource, alias, context } = brought;
  const request = { action, resource, context };
  const decision = decide(policies, principal, request);
  const isOpen = decision.kind === 'denied' && decision.how === 'implicitly';
  if (!isOpen || alias === undefined) return { request, decision };
  const other = { ...request, resource: alias };
  return { request: other, decision: decide(policies, principal, other) };
}

/** Whoever is not of the template: nothing allows anything to it. */
function nobody(name: string): Principal {
  return { arn: name, principalArn: '', accountId: '', role: '' };
}
