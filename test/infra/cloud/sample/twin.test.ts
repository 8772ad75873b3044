import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccountPolicies,
  decide,
  type Principal,
} from '../../../../infra/local/iam/account-policies.ts';
import type { AccessRecord } from '../../../../infra/local/iam/iam.ts';
import type { Statement } from '../../../../infra/local/iam/policy-document.ts';
import type { InvocationOutcome } from '../../../../infra/local/lambda/messages.ts';
import { startTwin, type Twin } from '../../../../infra/local/twin.ts';
import { aConfigurationOf } from '../../../support/builders.ts';

const SCOPES = { crm: 'ZohoCRM.org.READ', books: 'ZohoBooks.settings.READ' };
const CONFIGURATION = aConfigurationOf({
  connections: (['crm', 'books'] as const).map((id) => ({
    id,
    client: 'main',
    dataCenter: 'eu',
    scopes: [SCOPES[id]],
    probe: id,
  })),
});

/** Each stack's own function, what it is granted, and a connection that it is not. */
const CONSUMERS = [
  { prefix: 'ContactSync', connection: 'crm', other: 'books' },
  { prefix: 'BooksReport', connection: 'books', other: 'crm' },
] as const;
const READ_SECRET = 'secretsmanager:GetSecretValue';
const USE_KEY = 'kms:Decrypt';

let twin: Twin;
/** What a function says that an event of this kind has invoked. */
const INVOKED_BY_EVENT = '"event":"ZohoAccessTokenPublished"';
const invokedByEvent = Promise.withResolvers<string>();

beforeAll(async () => {
  twin = await startTwin({
    configuration: CONFIGURATION,
    app: new URL('./synthesis-worker.ts', import.meta.url),
    onLog: (_, line) => {
      if (line.includes(INVOKED_BY_EVENT)) invokedByEvent.resolve(line);
    },
  });
  await twin.lambda.invoke(functionOf('ZohoRefresh'), {});
}, 60_000);
afterAll(() => twin.close());

describe('the rule on ZohoAccessTokenPublished', () => {
  it('has the consumer call Zoho with what was just published', async () => {
    expect(JSON.parse(await invokedByEvent.promise)).toMatchObject({ message: 'Zoho answered', status: 200 });
  });
});

/** By how its logical id begins. */
function functionOf(prefix: string): string {
  return twin.lambda.functionNames.find((name) => name.startsWith(prefix)) ?? prefix;
}

/** @returns what the function asked AWS for */
async function run(
  prefix: string,
  event: object = {},
): Promise<{ outcome: InvocationOutcome; records: readonly AccessRecord[] }> {
  twin.iam.clear();
  const outcome = await twin.lambda.invoke(functionOf(prefix), event);
  return { outcome, records: [...twin.iam.records] };
}

function describeRecord({ action, resource, decision }: AccessRecord): string {
  return `${action} on ${resource.replace(/.*:(?:secret:|key\/)|-[A-Za-z0-9]{6}$/g, '')}: ${decision.kind}`;
}

/** What a consumer's client library says when it is refused. */
const REFUSED = { kind: 'failed', error: { errorType: 'ZohoTokenUnavailableError' } };

describe.each(CONSUMERS)('$prefix, which is granted $connection', ({ prefix, connection, other }) => {
  // Named, so that it is read and not remembered.
  const own = { secretId: `zoho/${connection}/access-token` };

  it('reads its access token, and Zoho takes it', async () => {
    const { outcome } = await run(prefix);
    expect(outcome).toMatchObject({ kind: 'succeeded', payload: { status: 200 } });
  });

  it('asks for no more than the two things that it is allowed', async () => {
    const { records } = await run(prefix, own);
    expect(records.map(({ action, decision }) => [action, decision.kind])).toEqual([
      [READ_SECRET, 'allowed'],
      [USE_KEY, 'allowed'],
    ]);
  });

  it.each([
    ['the credential', `zoho/${connection}/credential`],
    ['the client secret', 'zoho/clients/main'],
    ['another connection’s access token', `zoho/${other}/access-token`],
  ])('P9: may not read %s', async (_what, secretId) => {
    const { outcome, records } = await run(prefix, { secretId });
    expect(outcome).toMatchObject(REFUSED);
    expect(records.map(describeRecord)).toEqual([`${READ_SECRET} on ${secretId}: denied`]);
  });

  it.each([READ_SECRET, USE_KEY])('fails without the statement that allows %s', async (action) => {
    const granted = statementsAbout(prefix, action);
    expect(granted).toHaveLength(1);
    for (const { name } of granted) {
      const { outcome, records } = await twin.iam.withoutStatement(roleOf(prefix), name, () =>
        run(prefix, own),
      );
      expect(outcome).toMatchObject(REFUSED);
      expect(records.at(-1)).toMatchObject({ action, decision: { kind: 'denied', how: 'implicitly' } });
    }
    expect((await run(prefix, own)).outcome).toMatchObject({ kind: 'succeeded' });
  });

  it('may use the key through Secrets Manager only, and for its own secret only', async () => {
    const { records } = await run(prefix, own);
    const used = records.find(({ action }) => action === USE_KEY) as AccessRecord;
    const secretArn = used.context['kms:encryptioncontext:secretarn'] ?? '';
    expect(decisionOn(used, {})).toBe('allowed');
    expect(decisionOn(used, { 'kms:viaservice': undefined })).toBe('denied');
    expect(decisionOn(used, { 'kms:viaservice': 'dynamodb.us-east-1.amazonaws.com' })).toBe('denied');
    for (const foreign of [
      secretArn.replace(`zoho/${connection}/access-token`, `zoho/${connection}/credential`),
      secretArn.replace(connection, other),
    ]) {
      expect(foreign).not.toBe(secretArn);
      expect(decisionOn(used, { 'kms:encryptioncontext:secretarn': foreign })).toBe('denied');
    }
  });
});

function policies(): AccountPolicies {
  if (!twin.iam.policies) throw new Error('the twin came up without policies');
  return twin.iam.policies;
}

function principalOf(prefix: string): Principal {
  return policies().principals.get(functionOf(prefix)) as Principal;
}

const roleOf = (prefix: string) => principalOf(prefix).role;

function statementsAbout(prefix: string, action: string): Statement[] {
  const statements = policies().roles.get(roleOf(prefix)) ?? [];
  return statements.filter(({ actions }) => actions.some((pattern) => pattern.matches(action)));
}

/** What would become of a request whose context differs. */
function decisionOn(record: AccessRecord, differing: Readonly<Record<string, string | undefined>>): string {
  const context = Object.fromEntries(
    Object.entries({ ...record.context, ...differing }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const principal = policies().principals.get(record.principal) as Principal;
  return decide(policies(), principal, { ...record, context }).kind;
}
