import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of cdk-nag on exactly this construct: the exact finding's id, and why it is right here. */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  const entries = Object.entries(findings).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...entries);
}
