import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../../infra/local/aws/access-keys.ts';
import {
  type AccountPolicies,
  decide,
  type Principal,
  withRole,
} from '../../../../infra/local/iam/account-policies.ts';
import type { AccessRecord } from '../../../../infra/local/iam/iam.ts';
import type { Statement } from '../../../../infra/local/iam/policy-document.ts';
import { FLOWS, type Flow } from './flows.ts';
import { CONNECTION, openStage, type Stage } from './stage.ts';

/** What nothing on one machine asks for, and why a function in AWS needs it. */
const CLOUD_ONLY: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda writes the function’s log as the function; here the twin hears it itself',
  'logs:PutLogEvents': 'the same',
  'xray:PutTelemetryRecords': 'Lambda sends the function’s traces as the function; the twin has no traces',
  'xray:PutTraceSegments': 'the same',
};
/** Every flow is played, every statement taken out once, and every flow is played again. */
const TIMEOUT_MS = 120_000;

/** A flow as it was played: which requests it made. */
interface Played {
  readonly flow: Flow;
  readonly records: readonly AccessRecord[];
}

let stage: Stage;
let policies: AccountPolicies;
let played: readonly Played[];

beforeAll(async () => {
  stage = await openStage();
  if (!stage.twin.iam.policies) throw new Error('the twin came up without policies');
  policies = stage.twin.iam.policies;
  played = await playAll();
}, TIMEOUT_MS);
afterAll(() => stage.close());

async function playAll(): Promise<Played[]> {
  const all: Played[] = [];
  for (const flow of FLOWS) {
    const records = await play(flow).catch((cause: unknown) => {
      const refused = refusals(stage.twin.iam.records).join(', ') || 'nothing';
      throw new Error(`"${flow.name}" failed; refused in it: ${refused}`, { cause });
    });
    all.push({ flow, records });
  }
  return all;
}

function refusals(records: readonly AccessRecord[]): string[] {
  return records
    .filter(({ decision }) => decision.kind === 'denied')
    .map(({ principal, action, resource }) => `${principal} ${action} on ${resource}`);
}

/** @returns the functions' requests */
async function play(flow: Flow): Promise<AccessRecord[]> {
  await stage.reset();
  stage.twin.bus.events.length = 0;
  stage.twin.iam.clear();
  await flow.play(stage);
  return stage.twin.iam.records.filter(({ principal }) => principal !== OPERATOR);
}

/** The roles of the functions, with what each statement is worth here. */
function statements(): { role: string; statement: Statement }[] {
  return [...policies.roles]
    .filter(([role]) => role !== OPERATOR)
    .flatMap(([role, ofRole]) => ofRole.map((statement) => ({ role, statement })))
    .filter(({ statement }) => statement.actions.some(({ text }) => !(text in CLOUD_ONLY)));
}

const principalOf = ({ principal }: AccessRecord) => policies.principals.get(principal) as Principal;

function requestsOf(role: string): AccessRecord[] {
  return played.flatMap(({ records }) => records.filter((record) => principalOf(record).role === role));
}

/** Whether any recorded request of the role would be denied without this. */
function isMissed(role: string, change: (statement: Statement) => Statement | null): boolean {
  const less = withRole(policies, role, change);
  return requestsOf(role).some((record) => decide(less, principalOf(record), record).kind === 'denied');
}

function describeStatement({ holder, name, actions }: Statement): string {
  return `${holder}[${name}] ${actions.map(({ text }) => text).join(', ')}`;
}

describe('the permissions of the functions', () => {
  it('miss nothing: every request of the main flows is allowed', () => {
    const denied = played.flatMap(({ flow, records }) =>
      refusals(records).map((refusal) => `${flow.name}: ${refusal}`),
    );
    expect(denied).toEqual([]);
  });

  it('have no statement, no action and no resource that nothing needs', () => {
    const superfluous = statements().flatMap(({ role, statement }) => {
      const without = (part: 'actions' | 'resources', text: string) =>
        isMissed(role, (one) =>
          one === statement ? { ...one, [part]: one[part].filter((pattern) => pattern.text !== text) } : one,
        );
      const parts = (['actions', 'resources'] as const)
        .flatMap((part) => statement[part].map(({ text }) => ({ part, text })))
        .filter(({ text }) => !(text in CLOUD_ONLY))
        .filter(({ part, text }) => !without(part, text))
        .map(({ text }) => `${describeStatement(statement)}: ${text}`);
      const isNeeded = isMissed(role, (one) => (one === statement ? null : one));
      return isNeeded ? parts : [describeStatement(statement)];
    });
    expect(superfluous).toEqual([]);
  });

  it('are each missed by a flow when they are gone', { timeout: TIMEOUT_MS }, async () => {
    const unnoticed: string[] = [];
    for (const { role, statement } of statements()) {
      const failure = await playWithout(role, statement);
      if (!failure?.isByDenial)
        unnoticed.push(`${describeStatement(statement)}: ${failure?.message ?? 'fine'}`);
    }
    expect(unnoticed).toEqual([]);
  });

  it('are enough again when they are back', { timeout: TIMEOUT_MS }, async () => {
    await expect(playAll()).resolves.toHaveLength(FLOWS.length);
  });

  it('are many', () => {
    const all = statements();
    const actions = all.flatMap(({ statement }) => statement.actions);
    const requests = played.flatMap(({ records }) => records);
    console.log(
      `${all.length} statements with ${actions.length} actions, held by ${requests.length} requests of ${FLOWS.length} flows`,
    );
    expect(all.length).toBeGreaterThan(25);
  });
});

describe('what a resource denies to everybody', () => {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
  const Key = { connection: { S: CONNECTION }, sequence: { N: '1' } };
  const TableName = () => stage.twin.outputs.AuditTableName ?? '';
  const table = () => ({ TableName: TableName(), Key });

  it.each([
    ['dynamodb:DeleteItem', () => new DeleteItemCommand(table())],
    ['dynamodb:UpdateItem', () => new UpdateItemCommand(table())],
    [
      'dynamodb:BatchWriteItem',
      () => new BatchWriteItemCommand({ RequestItems: { [TableName()]: [{ DeleteRequest: { Key } }] } }),
    ],
    ['dynamodb:DeleteItem', () => new TransactWriteItemsCommand({ TransactItems: [{ Delete: table() }] })],
    ['dynamodb:DeleteTable', () => new DeleteTableCommand({ TableName: TableName() })],
  ])('P7: %s on the audit, also to the operator', async (action, command) => {
    const dynamodb = new DynamoDBClient({ ...stage.twin.aws, credentials });
    await expect(dynamodb.send(command() as DeleteItemCommand)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        new RegExp(`user/operator .* ${action} on resource: .* explicit deny in a resource-based policy$`),
      ),
    });
    expect(await dynamodb.send(new GetItemCommand(table()))).toHaveProperty('Item.hash');
    dynamodb.destroy();
  });

  it('P7: a seal, to all but the anchor', async () => {
    const kms = new KMSClient({ ...stage.twin.aws, credentials });
    const KeyId = stage.twin.outputs.AuditKeyArn;
    const seal = new GenerateMacCommand({
      KeyId,
      MacAlgorithm: 'HMAC_SHA_256',
      Message: Buffer.from('forged'),
    });
    await expect(kms.send(seal)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(/explicit deny in a resource-based policy$/),
    });
    expect(await kms.send(new DescribeKeyCommand({ KeyId }))).toHaveProperty(
      'KeyMetadata.KeySpec',
      'HMAC_256',
    );
    kms.destroy();
  });
});

/** Plays the flows that made use of a statement without it, the shortest first, until one does not come to what it should. */
async function playWithout(
  role: string,
  statement: Statement,
): Promise<{ message: string; isByDenial: boolean } | null> {
  const users = played.filter(({ records }) =>
    records.some(({ decision }) => decision.by.includes(statement)),
  );
  for (const { flow } of users.toSorted((a, b) => a.records.length - b.records.length)) {
    const failure = await playOneWithout(flow, role, statement);
    // Some flows do without: what one store refuses, another one has.
    if (failure) return failure;
  }
  return null;
}

async function playOneWithout(
  flow: Flow,
  role: string,
  statement: Statement,
): Promise<{ message: string; isByDenial: boolean } | null> {
  try {
    await stage.twin.iam.withoutStatement(role, statement.name, () => play(flow));
    return null;
  } catch (error) {
    const { name, message } = error as Error;
    const isDenied = stage.twin.iam.records.some(
      (record) => record.decision.kind === 'denied' && principalOf(record).role === role,
    );
    return { message, isByDenial: name === 'AssertionError' && isDenied };
  }
}
