import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenReference } from '../../../infra/local/zoho/state.ts';
import type { Connection } from '../../../lib/config/configuration.ts';
import type { AccessToken } from '../../../lib/domain/access-token.ts';
import { completeConsent } from '../../../lib/workflows/complete-consent.ts';
import { refreshConnections, sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { requestRenewal } from '../../../lib/workflows/request-renewal.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { type Keeper, REDIRECT_URI, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const RENEWED: Partial<Connection> = { renewEveryDays: 90, autoInitiate: true };

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());

const run = { requestId: 'test', remainingMs: () => 120_000 };
const sweep = (connection: Connection) => sweepConnections(keeper.deps(), [connection], run);
const tick = (connection: Connection) =>
  refreshConnections(keeper.deps(), [connection], { trigger: 'tick', ...run });
const take = ({ id }: Connection) =>
  requestRenewal(keeper.deps(), { connection: id, redirectUri: REDIRECT_URI }, anAdminRequest());

/** A connection whose credential is as old as said. */
async function connectDaysAgo(days: number, policy: Partial<Connection> = RENEWED): Promise<Connection> {
  const connection = await keeper.connect(policy);
  const stored = await keeper.readCredential(connection.id);
  if (!stored) throw new Error('no credential');
  const obtainedAt = new Date(keeper.clock.nowMs() - days * DAY_MS).toISOString();
  await keeper.putCredential({ ...stored, obtainedAt });
  await sweep(connection);
  return connection;
}

/** A Lambda that reads the token and keeps it for five minutes, and calls Zoho each minute. */
function aConsumer({ id }: Connection): {
  poll(): Promise<void>;
  readonly failures: number[];
  calls: number;
} {
  let cached: { token: AccessToken | null; readAtMs: number } | null = null;
  const consumer = {
    calls: 0,
    failures: [] as number[],
    async poll() {
      const nowMs = keeper.clock.nowMs();
      if (!cached || nowMs - cached.readAtMs >= 5 * MINUTE_MS) {
        cached = { token: await keeper.readAccessToken(id), readAtMs: nowMs };
      }
      const { accessToken = '', apiDomain = '' } = cached.token ?? {};
      const headers = { authorization: `Zoho-oauthtoken ${accessToken}` };
      const { status } = await fetch(`${apiDomain}/crm/v8/org`, { headers });
      consumer.calls += 1;
      if (status !== 200) consumer.failures.push(status);
    },
  };
  return consumer;
}

const isAlive = async (refreshToken: string): Promise<boolean> => {
  const state = await (await fetch(`${keeper.zoho.origin}/_control/state`)).text();
  return state.includes(`"${tokenReference(refreshToken)}"`);
};

async function consentAtLink(connection: Connection): Promise<void> {
  const taken = await take(connection);
  if (taken.kind !== 'issued') throw new Error(`no link: ${taken.kind}`);
  const { state = null, code = null } = keeper.giveConsent(taken.authorizationUrl);
  const redirect = { state, code, error: null, accountsServer: null };
  const outcome = await completeConsent(keeper.deps(), {
    ...redirect,
    sourceAddress: '198.51.100.7',
    requestId: 'callback',
  });
  expect(outcome).toMatchObject({ kind: 'completed', replacement: { kind: 'replaced' } });
}

describe('P5: a renewal', () => {
  it('costs a consumer that polls through it no single failed call', async () => {
    const connection = await connectDaysAgo(84);
    const { refreshToken: old = '' } = (await keeper.readCredential(connection.id)) ?? {};
    const consumer = aConsumer(connection);
    const life = { renewedAt: 20, overlapsAt: 60, endsAt: 3 * 60 };
    for (let minute = 0; minute < life.endsAt; minute += 1) {
      if (minute % 50 === 49) await tick(connection);
      await sweep(connection);
      if (minute === life.renewedAt) await consentAtLink(connection);
      if (minute === life.overlapsAt) expect(await isAlive(old)).toBe(true);
      await consumer.poll();
      keeper.clock.advance(MINUTE_MS);
    }
    expect(consumer).toMatchObject({ calls: life.endsAt, failures: [] });
    expect(await isAlive(old)).toBe(false);
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 2, source: 'consent' });
  }, 60_000);

  it('is over with the new credential', async () => {
    const connection = await connectDaysAgo(84);
    keeper.clock.advance(1_000);
    await consentAtLink(connection);
    expect(await take(connection)).toMatchObject({ kind: 'notOpen' });
  });

  it.each([
    ['before its first warning', 82, RENEWED],
    ['without a policy', 500, { ...RENEWED, renewEveryDays: null }],
    ['where the policy opens none', 89, { ...RENEWED, autoInitiate: false }],
  ])('is not open %s, and asking for it is on record', async (_, days, policy) => {
    const connection = await connectDaysAgo(days, policy);
    expect(await take(connection)).toMatchObject({ kind: 'notOpen', auditRecorded: true });
    expect((await keeper.auditOf(connection.id)).at(-1)).toMatchObject({
      operation: 'renewal',
      outcome: 'refused',
      code: 'RENEWAL_NOT_OPEN',
    });
  });

  it('counts among the links that an admin may ask for in an hour', async () => {
    const connection = await connectDaysAgo(84);
    const request = anAdminRequest();
    const asked = { connection: connection.id, redirectUri: REDIRECT_URI };
    for (let count = 0; count < 5; count += 1) {
      expect(await requestRenewal(keeper.deps(), asked, request)).toMatchObject({ kind: 'issued' });
    }
    expect(await requestRenewal(keeper.deps(), asked, request)).toMatchObject({ kind: 'rateLimited' });
  });
});
