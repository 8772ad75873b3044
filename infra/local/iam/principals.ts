import * as z from 'zod';
import { oneOrMore } from './one-or-more.ts';

/** Who calls, as policies know them. */
export interface Caller {
  /** The session of a function's role, or the operator's user: what error messages name. */
  readonly arn: string;
  /** The role or user itself: what policies name. */
  readonly principalArn: string;
  readonly accountId: string;
}

const ANYONE = '*';
const ACCOUNT = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/;

const names = oneOrMore(z.string()).optional().default([]);

/** Whom a statement of a resource's policy is about. */
export interface PrincipalElement {
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

/** A `Principal` element. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export const principalSchema: z.ZodType<PrincipalElement> = z.preprocess(
  (element) => (element === ANYONE ? { AWS: ANYONE } : element),
  z
    .strictObject({ AWS: names, Service: names })
    .transform(({ AWS, Service }) => ({ aws: AWS, services: Service })),
);

/**
 * How a statement names a caller: itself, or only the account that it belongs to. What an account is allowed, its own
 * policies still have to allow to the caller; what it is denied, nobody in it may.
 */
export type Naming = 'itself' | 'account';

/** @returns null when the statement is not about the caller; services are never functions or people */
export function namingOf({ aws }: PrincipalElement, caller: Caller): Naming | null {
  if (aws.some((name) => [ANYONE, caller.principalArn, caller.arn].includes(name))) return 'itself';
  return aws.some((name) => ACCOUNT.exec(name)?.[1] === caller.accountId) ? 'account' : null;
}
