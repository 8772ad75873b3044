import * as z from 'zod';
import { arn, callAsOperator, type Provisioner, parseProperties, unless } from './context.ts';

/** What the stand-in makes of a table; the rest of its properties is left out. */
const tableSchema = z.object({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.unknown()),
  KeySchema: z.array(z.unknown()),
  BillingMode: z.string().optional(),
  GlobalSecondaryIndexes: z.array(z.unknown()).optional(),
});

/**
 * A table that stands from an earlier run is kept. Its resource policy is read with the others (policies.ts). The time to
 * live (functions filter by it anyway), the backups and the protection against deletion have no stand-in: here what they
 * forbid is not refused, and nothing expires.
 */
export const provisionTable: Provisioner = async (logicalId, properties, { dynamodb, account }) => {
  const { TableName = logicalId, ...table } = parseProperties(logicalId, tableSchema, properties);
  await unless('ResourceInUseException', () =>
    callAsOperator(dynamodb, 'CreateTable', { TableName, ...table }, z.unknown()),
  );
  return { ref: TableName, attributes: { Arn: arn('dynamodb', account, `table/${TableName}`) } };
};
