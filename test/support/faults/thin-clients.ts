import * as dynamodb from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as keyManagement from '@aws-sdk/client-kms';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { fromItem, toItem } from './attribute-values.ts';
import { type AwsServices, journeyTo } from './aws.ts';
import type { Item } from './expressions.ts';
import type { Journey, Passage, WireAnswer } from './journey.ts';

/** As many as in lib/aws/clients.ts. */
const TRIES = 3;
const TRANSIENT_STATUS = new Set([500, 502, 503, 504]);
const THROTTLES = new Set(['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded']);

/** A command of the SDK's, as far as it says what is wanted. */
interface Command {
  readonly input: Readonly<Record<string, unknown>>;
}

type Translate = (document: Record<string, unknown>) => object;

/**
 * Clients that send the SDK's commands through `passage`, a hundred times a millisecond instead of a few times: for
 * histories, of which there are thousands. That they try again and fail as the SDK does is held by
 * test/faults/thin-clients.test.ts.
 */
export function thinClients(services: AwsServices, passage: Passage) {
  const connect = (target: string, exceptions: object, toWire: Translate, fromWire: Translate) => ({
    async send(command: Command): Promise<object> {
      const operation = operationOf(command);
      const body = JSON.stringify(toWire(command.input));
      const journey = journeyTo(services, { target, operation, body, callId: nextCallId() });
      return fromWire(await deliver(passage, journey, exceptions));
    },
  });
  // Of a client, the keeper uses `send` only.
  return {
    secretsManager: connect(
      'secretsmanager',
      secretsManager,
      same,
      withDates,
    ) as unknown as secretsManager.SecretsManagerClient,
    dynamodb: connect('DynamoDB_20120810', dynamodb, toTable, fromTable) as unknown as DynamoDBDocumentClient,
    eventBridge: connect('AWSEvents', {}, same, same) as unknown as EventBridgeClient,
    kms: connect('TrentService', keyManagement, withTexts, withBytes) as unknown as keyManagement.KMSClient,
  };
}

let calls = 0;

function nextCallId(): string {
  calls += 1;
  return `thin-${calls}`;
}

/** Such as `GetSecretValue`, or `UpdateItem` for the document client's `UpdateCommand`. */
function operationOf(command: Command): string {
  const name = command.constructor.name.slice(0, -'Command'.length);
  return ITEM_OPERATIONS[name] ?? name;
}

const ITEM_OPERATIONS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  BatchGet: 'BatchGetItem',
};

async function deliver(
  passage: Passage,
  journey: Journey,
  exceptions: object,
): Promise<Record<string, unknown>> {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await passage(journey);
      if (answer.status < 300) return JSON.parse(answer.body);
      throw exceptionOf(answer, exceptions);
    } catch (error) {
      if (tries >= TRIES || !isWorthAnotherTry(error)) throw error;
    }
  }
}

type Exception = new (options: { message: string; $metadata: object }) => Error;

function exceptionOf({ status, body }: WireAnswer, exceptions: object): Error {
  const { __type, message } = JSON.parse(body) as { __type: string; message: string };
  const name = __type.slice(__type.indexOf('#') + 1);
  const $metadata = { httpStatusCode: status };
  const Known = (exceptions as Record<string, Exception | undefined>)[name];
  return Known ? new Known({ message, $metadata }) : Object.assign(new Error(message), { name, $metadata });
}

function isWorthAnotherTry(error: unknown): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return (
    name === 'TimeoutError' || THROTTLES.has(name) || TRANSIENT_STATUS.has($metadata?.httpStatusCode ?? 0)
  );
}

const same: Translate = (document) => document;

const withDates: Translate = (document) => {
  const { CreatedDate } = document;
  return typeof CreatedDate === 'number'
    ? { ...document, CreatedDate: new Date(CreatedDate * 1_000) }
    : document;
};

const BLOBS = ['CiphertextBlob', 'Plaintext', 'Message', 'Mac'];

/** Bytes travel as base64. */
const withTexts: Translate = (document) =>
  translateBlobs(document, (blob) => Buffer.from(blob as Uint8Array).toString('base64'));

const withBytes: Translate = (document) =>
  translateBlobs(document, (blob) => new Uint8Array(Buffer.from(blob as string, 'base64')));

function translateBlobs(document: Record<string, unknown>, translate: (blob: unknown) => unknown): object {
  const named = BLOBS.filter((name) => document[name] !== undefined);
  return { ...document, ...Object.fromEntries(named.map((name) => [name, translate(document[name])])) };
}

/** The parts of a request that hold attributes. */
const toTable: Translate = (input) => {
  const wire = { ...input };
  for (const part of ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey']) {
    if (wire[part]) wire[part] = toItem(wire[part] as Record<string, unknown>);
  }
  if (wire.RequestItems) {
    const requests = Object.entries(wire.RequestItems as Record<string, { Keys: Record<string, unknown>[] }>);
    wire.RequestItems = Object.fromEntries(
      requests.map(([name, { Keys }]) => [name, { Keys: Keys.map(toItem) }]),
    );
  }
  return wire;
};

/** The parts of an answer that hold attributes. */
const fromTable: Translate = (wire) => {
  const output = { ...wire };
  for (const part of ['Item', 'Attributes', 'LastEvaluatedKey']) {
    if (output[part]) output[part] = fromItem(output[part] as Item);
  }
  if (output.Items) output.Items = (output.Items as Item[]).map(fromItem);
  if (output.Responses) {
    const tables = Object.entries(output.Responses as Record<string, Item[]>);
    output.Responses = Object.fromEntries(tables.map(([name, items]) => [name, items.map(fromItem)]));
  }
  return output;
};
