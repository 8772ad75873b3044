import { randomUUID } from 'node:crypto';
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import { type Cloud, refusalOf, uniqueName } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';

type Values = Record<string, unknown>;

/**
 * Conditional writes, sets, queries.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 */
export const DYNAMODB: Behaviours = {
  'a put is made only where nothing stands, if that is asked': async (cloud) => {
    const key = newKey();
    const condition = { ConditionExpression: 'attribute_not_exists(id)' };
    await put(cloud, { ...key, value: 1 }, condition);
    const second = put(cloud, { ...key, value: 2 }, condition);
    expect(await refusalOf(second)).toBe('ConditionalCheckFailedException');
    expect(await read(cloud, key)).toEqual({ ...key, value: 1 });
  },

  'one of many puts that ask for it is made': async (cloud) => {
    const key = newKey();
    const condition = { ConditionExpression: 'attribute_not_exists(id)' };
    const puts = Array.from({ length: 8 }, (_, value) => refusalOf(put(cloud, { ...key, value }, condition)));
    expect((await Promise.all(puts)).filter((name) => name === 'not refused')).toHaveLength(1);
  },

  'an update is made only if its condition holds': async (cloud) => {
    const key = newKey();
    await put(cloud, { ...key, taken: 1 });
    const takeOne = {
      UpdateExpression: 'SET taken = taken + :one',
      ConditionExpression: 'taken < :limit',
      ExpressionAttributeValues: { ':one': 1, ':limit': 2 },
    };
    await update(cloud, key, takeOne);
    expect(await refusalOf(update(cloud, key, takeOne))).toBe('ConditionalCheckFailedException');
    expect(await read(cloud, key)).toMatchObject({ taken: 2 });
  },

  'an update of what does not stand makes it': async (cloud) => {
    const key = newKey();
    await update(cloud, key, {
      UpdateExpression: 'SET #name = :name',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':name': 'crm' },
    });
    expect(await read(cloud, key)).toEqual({ ...key, name: 'crm' });
  },

  'a deletion is made only if its condition holds, and tells what it has deleted': async (cloud) => {
    const key = newKey();
    await put(cloud, { ...key, hash: 'a' });
    expect(await refusalOf(remove(cloud, key, 'b'))).toBe('ConditionalCheckFailedException');
    expect((await remove(cloud, key, 'a')).Attributes).toEqual({ ...key, hash: 'a' });
    expect(await read(cloud, key)).toBeUndefined();
    expect(await refusalOf(remove(cloud, key, 'a'))).toBe('ConditionalCheckFailedException');
  },

  'an update tells what stood before it': async (cloud) => {
    const key = newKey();
    const change = (value: number): Partial<UpdateCommandInput> => ({
      UpdateExpression: 'SET changed = :value',
      ExpressionAttributeValues: { ':value': value },
      ReturnValues: 'ALL_OLD',
    });
    expect((await update(cloud, key, change(1))).Attributes).toBeUndefined();
    expect((await update(cloud, key, change(2))).Attributes).toEqual({ ...key, changed: 1 });
  },

  'numbers are added to a set once, and taken from it': async (cloud) => {
    const key = newKey();
    const times = (verb: 'ADD' | 'DELETE', values: number[]) => changeSet(cloud, key, verb, new Set(values));
    await times('ADD', [1, 2]);
    await times('ADD', [2, 3]);
    expect(await read(cloud, key)).toEqual({ ...key, members: new Set([1, 2, 3]) });
    await times('DELETE', [1, 4]);
    expect(await read(cloud, key)).toEqual({ ...key, members: new Set([2, 3]) });
  },

  'strings are added to a set, which goes with its last one': async (cloud) => {
    const key = newKey();
    const names = (verb: 'ADD' | 'DELETE', values: string[]) => changeSet(cloud, key, verb, new Set(values));
    await names('ADD', ['a', 'b']);
    await names('DELETE', ['a']);
    expect(await read(cloud, key)).toEqual({ ...key, members: new Set(['b']) });
    await names('DELETE', ['b']);
    expect(await read(cloud, key)).toEqual(key);
  },

  'an addition to something of another type is refused': async (cloud) => {
    const key = newKey();
    await put(cloud, { ...key, members: 'text' });
    expect(await refusalOf(changeSet(cloud, key, 'ADD', new Set([1])))).toBe('ValidationException');
    expect(await read(cloud, key)).toEqual({ ...key, members: 'text' });
  },

  'many items are read at once, without those that do not stand': async (cloud) => {
    const { id } = newKey();
    for (const sequence of [1, 2]) await put(cloud, { id, sequence });
    const Keys = [1, 2, 3].map((sequence) => ({ id, sequence }));
    const RequestItems = { [cloud.tableName]: { Keys, ConsistentRead: true } };
    const { Responses } = await cloud.dynamodb.send(new BatchGetCommand({ RequestItems }));
    const found = Responses?.[cloud.tableName]?.map(({ sequence }) => sequence);
    expect(found?.sort()).toEqual([1, 2]);
  },

  'a query goes up or down, in pages': async (cloud) => {
    const { id } = newKey();
    for (const sequence of [10, 9, 2, 1]) await put(cloud, { id, sequence });
    const query = byId(id);
    const all = async (more: Partial<QueryCommandInput>) =>
      sequences(await run(cloud, { ...query, ...more }));
    expect(await all({})).toEqual([1, 2, 9, 10]);
    expect(await all({ ScanIndexForward: false, Limit: 1 })).toEqual([10]);
    const first = await run(cloud, { ...query, ScanIndexForward: false, Limit: 3 });
    const { LastEvaluatedKey: ExclusiveStartKey } = first;
    const rest = await run(cloud, { ...query, ScanIndexForward: false, Limit: 3, ExclusiveStartKey });
    expect([sequences(first), sequences(rest)]).toEqual([[10, 9, 2], [1]]);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  },

  'a query takes a range of keys': async (cloud) => {
    const { id } = newKey();
    for (const sequence of [1, 2, 3, 4]) await put(cloud, { id, sequence });
    const range = await run(cloud, {
      KeyConditionExpression: 'id = :id AND #sequence BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: { ':id': id, ':from': 2, ':to': 3 },
    });
    expect(sequences(range)).toEqual([2, 3]);
  },

  'an index is queried by its own keys, and has only the items that bear them': async (cloud) => {
    const { id } = newKey();
    const day = uniqueName();
    for (const [sequence, at] of [
      [1, '12:00'],
      [2, '09:00'],
      [3, '10:30'],
    ] as const) {
      await put(cloud, { id, sequence, day, at });
    }
    await put(cloud, { id, sequence: 4, day });
    const query = {
      IndexName: 'byDay',
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'day' },
      ExpressionAttributeValues: { ':day': day },
    };
    await cloud.eventually(async () => expect(sequences(await run(cloud, query))).toEqual([2, 3, 1]));
    expect(sequences(await run(cloud, { ...query, ScanIndexForward: false, Limit: 2 }))).toEqual([1, 3]);
    const consistent = run(cloud, { ...query, ConsistentRead: true });
    expect(await refusalOf(consistent)).toBe('ValidationException');
  },

  'a consistent read sees what was written before it': async (cloud) => {
    const key = newKey();
    for (const value of [1, 2, 3, 4, 5]) {
      await put(cloud, { ...key, value });
      expect(await read(cloud, key)).toEqual({ ...key, value });
    }
  },

  'a table that does not exist is not found': async (cloud) => {
    const missing = { ...cloud, tableName: uniqueName() };
    expect(await refusalOf(read(missing, newKey()))).toBe('ResourceNotFoundException');
    expect(await refusalOf(put(missing, newKey()))).toBe('ResourceNotFoundException');
  },
};

function newKey() {
  return { id: randomUUID() as string, sequence: 0 };
}

function put({ dynamodb, tableName: TableName }: Cloud, Item: Values, more: object = {}) {
  return dynamodb.send(new PutCommand({ TableName, Item, ...more }));
}

async function read({ dynamodb, tableName: TableName }: Cloud, Key: Values) {
  return (await dynamodb.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
}

function update({ dynamodb, tableName: TableName }: Cloud, Key: Values, change: Partial<UpdateCommandInput>) {
  return dynamodb.send(new UpdateCommand({ TableName, Key, ...change }));
}

function changeSet(cloud: Cloud, key: Values, verb: 'ADD' | 'DELETE', values: Set<number> | Set<string>) {
  return update(cloud, key, {
    UpdateExpression: `${verb} members :values`,
    ExpressionAttributeValues: { ':values': values },
  });
}

function remove({ dynamodb, tableName: TableName }: Cloud, Key: Values, hash: string) {
  return dynamodb.send(
    new DeleteCommand({
      TableName,
      Key,
      ConditionExpression: '#hash = :hash',
      ExpressionAttributeNames: { '#hash': 'hash' },
      ExpressionAttributeValues: { ':hash': hash },
      ReturnValues: 'ALL_OLD',
    }),
  );
}

function byId(id: string): Partial<QueryCommandInput> {
  return { KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': id } };
}

function run({ dynamodb, tableName: TableName }: Cloud, query: Partial<QueryCommandInput>) {
  return dynamodb.send(new QueryCommand({ TableName, ...query }));
}

function sequences({ Items = [] }: { Items?: Values[] | undefined }): unknown[] {
  return Items.map(({ sequence }) => sequence);
}
