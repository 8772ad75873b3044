import { expect, it } from 'vitest';
import { askingFloorSource, floorSource } from '../../../bench/cold-start/floor.ts';

const part = (name: string) => ({ name, bytes: 1 });
const PARTS = ['lib', '@aws-sdk/client-kms', 'zod', '@aws-sdk/client-dynamodb'].map(part);

it('makes the clients of its function and nothing else', () => {
  const source = floorSource(PARTS);
  expect(source.split('\n')).toEqual([
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
    "import { KMSClient } from '@aws-sdk/client-kms';",
    'const clients = [new DynamoDBClient({}), new KMSClient({})];',
    'export const handler = async () => clients.length;',
    '',
  ]);
});

it('asks each service as often as its function, and one that its function only knows not at all', () => {
  const lines = askingFloorSource(PARTS, { dynamodb: 3 }).split('\n');
  expect(lines.slice(0, 2)).toEqual([
    "import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';",
    "import { KMSClient, DescribeKeyCommand } from '@aws-sdk/client-kms';",
  ]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}\[new DynamoDBClient\({}\), \(\) => new GetItemCommand\(.*\), 3\],$/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}\[new KMSClient\({}\), \(\) => new DescribeKeyCommand\(.*\), 0\],$/),
  );
});

it('does not know less than a function imports, and does not ask less', () => {
  expect(() => floorSource([part('@aws-sdk/client-sns')])).toThrow(/client-sns/);
  expect(() => askingFloorSource([part('@aws-sdk/client-sns')], {})).toThrow(/client-sns/);
  expect(() => askingFloorSource(PARTS, { dynamodb: 1, s3: 1 })).toThrow(/no client for requests to s3/);
});
