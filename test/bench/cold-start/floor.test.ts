import { expect, it } from 'vitest';
import { floorSource } from '../../../bench/cold-start/floor.ts';

const part = (name: string) => ({ name, bytes: 1 });

it('makes the clients of its function and nothing else', () => {
  const source = floorSource(['lib', '@aws-sdk/client-kms', 'zod', '@aws-sdk/client-dynamodb'].map(part));
  expect(source.split('\n')).toEqual([
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
    "import { KMSClient } from '@aws-sdk/client-kms';",
    'const clients = [new DynamoDBClient({}), new KMSClient({})];',
    'export const handler = async () => clients.length;',
    '',
  ]);
});

it('does not know less than a function imports', () => {
  expect(() => floorSource([part('@aws-sdk/client-sns')])).toThrow(/client-sns/);
});
