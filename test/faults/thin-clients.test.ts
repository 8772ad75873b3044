import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { STATE_TABLE_NAME } from '../support/dynamodb.ts';
import { onlyTables } from '../support/faults/aws.ts';
import type { Passage } from '../support/faults/journey.ts';
import { memoryTables } from '../support/faults/memory-tables.ts';
import { thinClients } from '../support/faults/thin-clients.ts';
import { type Connect, sdkClients } from '../support/faults/world.ts';

const FATES: Readonly<Record<string, Passage>> = {
  'no answer': async (journey) => {
    throw journey.unanswered('timeout');
  },
  'a connection that is cut': async (journey) => {
    throw journey.unanswered('reset');
  },
  'a throttle': (journey) => journey.refuse('throttled'),
  'a 500': (journey) => journey.refuse('broken'),
  'a refusal': (journey) => journey.refuse('denied'),
  'an answer': (journey) => journey.serve(),
};

/** What becomes of a call to each service, told as its error's name, status and class, and the tries that it took. */
async function fateOf(connect: Connect, passage: Passage): Promise<unknown[]> {
  let tries = 0;
  const services = onlyTables(memoryTables());
  const { secretsManager, dynamodb } = connect(services, (journey) => {
    tries += 1;
    return passage(journey);
  });
  const fates: unknown[] = [];
  for (const send of [
    () => secretsManager.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'b' })),
    () => dynamodb.send(new GetCommand({ TableName: STATE_TABLE_NAME, Key: { id: 'a' } })),
  ]) {
    tries = 0;
    fates.push(await send().then(() => 'answered', told), tries);
  }
  return fates;
}

function told(error: Error & { $metadata?: { httpStatusCode?: number } }): object {
  const { name, $metadata } = error;
  return { name, status: $metadata?.httpStatusCode };
}

describe('the thin clients', () => {
  it.each(Object.entries(FATES))('try again and fail as the SDK does after %s', async (_, passage) => {
    expect(await fateOf(thinClients, passage)).toEqual(await fateOf(sdkClients, passage));
  });
});
