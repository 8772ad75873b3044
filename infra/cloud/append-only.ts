import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';

/**
 * What nobody may do to such a table, whatever else they may. A put is missing, though it can overwrite: IAM cannot tell a
 * conditional put from another. So is whatever changes this policy: nobody is to be locked out for good.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html what such a policy may name
 */
const FORBIDDEN = [
  'dynamodb:DeleteItem',
  'dynamodb:UpdateItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLDelete',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLInsert',
  // Items would expire that nobody meant to.
  'dynamodb:UpdateTimeToLive',
  'dynamodb:DeleteTable',
];

/** Denies everybody, administrators too, to take anything away from a table. */
export function makeAppendOnly(table: Table): void {
  table.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AppendOnly',
      effect: Effect.DENY,
      principals: [new StarPrincipal()],
      actions: FORBIDDEN,
      // The table that the policy is attached to: its own ARN would be a reference to itself.
      resources: ['*'],
    }),
  );
}
