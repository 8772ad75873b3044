import * as z from 'zod';
import { type AccountNames, type IncomingCall, inputOf, NO_RESOURCE, type RequestReader } from './call.ts';

const tables = z.record(z.string(), z.unknown());
const target = z.object({ TableName: z.string() }).optional();

/** As far as it says what an operation is about. */
const inputSchema = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  RequestItems: tables.optional(),
  TransactItems: z
    .array(z.object({ Get: target, Put: target, Update: target, Delete: target, ConditionCheck: target }))
    .optional(),
});

/** Each part of a transaction is allowed like the single operation. */
const TRANSACTION_ACTIONS = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

/**
 * What an operation asks for: itself, on each of its tables, or on the index that it reads.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function createDynamoDbReader({ region, accountId }: AccountNames): RequestReader {
  const arnOf = (table: string) =>
    table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
  const ask = (operation: string, resource: string) => ({
    action: `dynamodb:${operation}`,
    resource,
    context: {},
  });

  return (call: IncomingCall) => {
    const parsed = inputSchema.safeParse(inputOf(call));
    const { TableName, IndexName, RequestItems, TransactItems } = parsed.data ?? {};
    if (RequestItems) return Object.keys(RequestItems).map((table) => ask(call.operation, arnOf(table)));
    if (TransactItems) {
      return TransactItems.flatMap((item) =>
        Object.entries(TRANSACTION_ACTIONS).flatMap(([part, operation]) => {
          const { TableName: table } = item[part as keyof typeof TRANSACTION_ACTIONS] ?? {};
          return table === undefined ? [] : [ask(operation, arnOf(table))];
        }),
      );
    }
    if (TableName === undefined) return [ask(call.operation, NO_RESOURCE)];
    const table = arnOf(TableName);
    return [ask(call.operation, IndexName === undefined ? table : `${table}/index/${IndexName}`)];
  };
}
