import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of cdk-nag on exactly this construct: the exact finding's id, and why it is right here.
 *
 * @param findings by id, with `<AWS::Partition>`, `<AWS::Region>` and `<AWS::AccountId>` for what the stack may know or not
 */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  const { partition, region, account } = Stack.of(construct);
  const known = { Partition: partition, Region: region, AccountId: account };
  const entries = Object.entries(findings).flatMap(([id, reason]) =>
    [...new Set([id, fillIn(known, id)])].map((each) => ({ id: each, reason })),
  );
  Validations.of(construct).acknowledge(...entries);
}

/**
 * A stack that is bound to an account and region has them in its template, and cdk-nag has them in the finding's id; but the
 * partition only in some.
 */
function fillIn(known: Readonly<Record<string, string>>, id: string): string {
  return Object.entries(known)
    .filter(([, value]) => !Token.isUnresolved(value))
    .reduce((filled, [name, value]) => filled.replaceAll(`<AWS::${name}>`, value), id);
}
