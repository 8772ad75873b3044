import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertTable, ConnectionMailbox, DigestMailbox } from '../../../lib/alerts/alert-table.ts';
import type { Connection } from '../../../lib/config/configuration.ts';
import type { StateTable } from '../../../lib/guards/state-table.ts';
import { credentialSecretName } from '../../../lib/vault/secret-names.ts';
import { refreshNow } from '../../../lib/workflows/refresh-now.ts';
import { updateToken } from '../../../lib/workflows/update-token.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { BACKUP_BUCKET_NAME, type Keeper, startKeeper } from '../../support/keeper.ts';
import { startTold, type Told } from '../../support/told.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
let told: Told;
beforeAll(async () => {
  keeper = await startKeeper();
  told = await startTold(keeper);
});
afterAll(async () => {
  await told.close();
  await keeper.close();
});
beforeEach(async () => {
  keeper.zoho.clearFaults();
  await told.pauseSending(false);
});

/** A connection that runs, and of which nothing has to be told. */
async function connectRunning(differing: Partial<Connection> = {}): Promise<Connection> {
  const connection = await keeper.connect(differing);
  await told.live([connection], 2);
  expect(await told.subjects()).toEqual([]);
  return connection;
}

async function giveToken(connection: Connection): Promise<void> {
  const refreshToken = await keeper.consent(connection);
  const update = {
    connection: connection.id,
    reason: 'the old one was revoked',
    grant: { kind: 'refreshToken', refreshToken },
    expectedOrganizationId: null,
    accountsServer: null,
    isDryRun: false,
  } as const;
  expect(await updateToken(keeper.deps(), update, anAdminRequest())).toMatchObject({ kind: 'completed' });
}

const startsWith = (text: string) => expect.stringMatching(new RegExp(`^${text}`));

describe('P10: one e-mail per change of health', () => {
  it('Zoho is down for an hour: degraded, down, recovered, for each connection', async () => {
    const [one, two] = [await connectRunning(), await connectRunning()];
    await told.live([one, two], 35);
    keeper.zoho.addFault({ kind: 'down' });
    await told.live([one, two], 60);
    keeper.zoho.clearFaults();
    await told.live([one, two], 120);
    const subjects = await told.subjects();
    for (const { id } of [one, two]) {
      expect(subjects.filter((subject) => subject.startsWith(`${id} `))).toEqual([
        startsWith(`${id} degraded`),
        startsWith(`${id} DOWN`),
        startsWith(`${id} recovered`),
      ]);
    }
    expect(subjects).toHaveLength(6);
  });

  it('a hiccup that the first retry ends is told to nobody, and is an incident', async () => {
    const connection = await connectRunning();
    await told.live([connection], 40);
    keeper.zoho.addFault({ kind: 'down', times: 1 });
    await told.live([connection], 60);
    expect(await told.subjects()).toEqual([]);
    expect(await keeper.incidents.read(connection.id)).toMatchObject([{ closedAtMs: expect.any(Number) }]);
  });

  it('a throttle', async () => {
    const connection = await connectRunning();
    await told.live([connection], 40);
    keeper.zoho.addFault({ kind: 'throttle' });
    await told.live([connection], 40);
    keeper.zoho.clearFaults();
    await told.live([connection], 60);
    const { id } = connection;
    expect(await told.subjects()).toEqual([
      startsWith(`${id} degraded`),
      startsWith(`${id} DOWN`),
      startsWith(`${id} recovered`),
    ]);
  });

  it('a revoked credential, and a new one: down, recovered, who gave it', async () => {
    const connection = await connectRunning();
    const { id } = connection;
    const { refreshToken = '' } = (await keeper.readCredential(id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    await told.live([connection], 120);
    expect(await told.subjects()).toEqual([startsWith(`${id} DOWN`)]);
    await giveToken(connection);
    await told.live([connection], 120);
    const subjects = await told.subjects();
    expect(subjects).toEqual([startsWith(`${id} recovered`), startsWith(`${id} credential`)]);
    const notice = (await told.ses.sent()).at(-1);
    expect(notice?.text).toContain('admin@example.com');
    expect(notice?.text).toContain('the old one was revoked');
  });

  it('the recovery’s e-mail has the incident', async () => {
    const connection = await connectRunning();
    await told.live([connection], 40);
    keeper.zoho.addFault({ kind: 'down' });
    await told.live([connection], 30);
    keeper.zoho.clearFaults();
    await told.live([connection], 20);
    const { text, to } = (await told.ses.sent()).at(-1) ?? {};
    expect(text).toContain('ZOHO_UNAVAILABLE');
    expect(text).toMatch(/without a token for \d+ min|\d+ min.*without/is);
    expect(to).toEqual(['on-call@company.example', 'team@company.example']);
    await told.subjects();
  });

  it('one that flaps is told so once in six hours', async () => {
    const connection = await connectRunning();
    const { id } = connection;
    for (let round = 0; round < 6; round += 1) {
      await told.live([connection], 40);
      keeper.zoho.addFault({ kind: 'down' });
      await told.live([connection], 13);
      keeper.zoho.clearFaults();
      await told.live([connection], 5);
    }
    expect(await told.subjects()).toEqual([
      startsWith(`${id} degraded`),
      startsWith(`${id} recovered`),
      startsWith(`${id} .*(comes and goes|flapping|again)`),
    ]);
  }, 30_000);

  it('a clock that jumps forth and back makes no storm', async () => {
    const connection = await connectRunning();
    const jumping = (minutes: number) => ({ nowMs: () => keeper.clock.nowMs() + minutes * MINUTE_MS });
    for (let minute = 0; minute < 40; minute += 1) {
      await told.live([connection], 1, jumping(minute % 2 === 0 ? 200 : -200));
    }
    expect((await told.subjects()).length).toBeLessThanOrEqual(2);
  });
});

describe('other things that people are told, each once', () => {
  it('a secret that was deleted and is back', async () => {
    const connection = await connectRunning();
    const { id } = connection;
    await keeper.secretsManager.send(
      new DeleteSecretCommand({ SecretId: credentialSecretName(id), ForceDeleteWithoutRecovery: true }),
    );
    await told.live([connection], 70);
    expect(await told.subjects()).toEqual([startsWith(`${id} .*backup`)]);
  });

  it('a bucket of backups that was emptied: written again', async () => {
    const connection = await connectRunning();
    const { id } = connection;
    const { Versions = [] } = await keeper.s3.send(
      new ListObjectVersionsCommand({ Bucket: BACKUP_BUCKET_NAME, Prefix: `credentials/${id}.json` }),
    );
    expect(Versions).toHaveLength(1);
    for (const { Key, VersionId } of Versions) {
      await keeper.s3.send(
        new DeleteObjectCommand({
          Bucket: BACKUP_BUCKET_NAME,
          Key,
          VersionId,
          BypassGovernanceRetention: true,
        }),
      );
    }
    await told.live([connection], 7 * 60);
    expect(await told.subjects()).toEqual([startsWith(`${id} backup`)]);
  }, 30_000);

  it('an admin who asks too often', async () => {
    const connection = await connectRunning();
    const request = anAdminRequest();
    const deps = keeper.deps({ limits: { ...keeper.deps().limits, refresh: 1 } });
    for (let count = 0; count < 5; count += 1) {
      await refreshNow(deps, { connection: connection.id, reason: null }, request);
    }
    await told.live([connection], 5);
    expect(await told.subjects()).toEqual([startsWith(`${connection.id} .*(rate|limit|often)`)]);
  });

  it('a renewal on each of its days, and then what renewed it', async () => {
    const connection = await connectRunning({ renewEveryDays: 90 });
    const { id } = connection;
    for (let day = 0; day < 92; day += 1) {
      keeper.clock.advance(24 * 60 * MINUTE_MS - 2 * MINUTE_MS);
      await told.live([connection], 2);
    }
    expect(await told.subjects()).toEqual([
      startsWith(`${id} renewal due in 7 days`),
      startsWith(`${id} renewal due in 3 days`),
      startsWith(`${id} renewal due`),
      startsWith(`${id} renewal`),
    ]);
    await giveToken(connection);
    await told.live([connection], 2);
    expect(await told.subjects()).toEqual([startsWith(`${id} renewed`)]);
  }, 60_000);
});

describe('the daily digest', () => {
  /** Lets hours pass, and looks now and then only: nothing here is about minutes. */
  async function pass(connections: readonly Connection[], hours: number): Promise<void> {
    for (let passed = 0; passed < hours; passed += 3) {
      keeper.clock.advance(179 * MINUTE_MS);
      await told.live(connections, 1);
    }
  }

  it('is sent once a day while a connection is not healthy, and not at all when all are', async () => {
    const [dead, sound] = [await connectRunning(), await connectRunning()];
    await pass([dead, sound], 26);
    await told.digests();
    const { refreshToken = '' } = (await keeper.readCredential(dead.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    await pass([dead, sound], 48);
    expect(await told.digests()).toEqual([
      `1 connection needs attention: ${dead.id}`,
      `1 connection needs attention: ${dead.id}`,
    ]);
    await giveToken(dead);
    await pass([dead, sound], 48);
    expect(await told.digests()).toEqual([]);
    await told.subjects();
  });

  it('counts its days anew after a clock that was far ahead, and is never in the way of an alert', async () => {
    const connection = await connectRunning();
    const { alerts } = told.deps();
    const { digests } = await alerts.readAll([]);
    await alerts.writeDigests({
      ...digests,
      digest: { atMs: keeper.clock.nowMs() + 400 * 24 * 60 * MINUTE_MS },
    });
    await told.look([connection]);
    expect((await alerts.readAll([])).digests.digest).toEqual({ atMs: keeper.clock.nowMs() });

    const broken = {
      readAll: async (ids: readonly string[]) => ({
        ...(await alerts.readAll(ids)),
        digests: { revision: 0, outbox: [], digest: null },
      }),
      write: (id: string, mailbox: ConnectionMailbox) => alerts.write(id, mailbox),
      writeDigests: () => Promise.reject(new Error('too large')),
    } as unknown as AlertTable;
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    await told.live([connection], 55, { alerts: broken });
    expect(await told.subjects()).toEqual([startsWith(`${connection.id} DOWN`)]);
  });

  it('goes to whoever is told of a connection, and tells them of theirs only', async () => {
    const own = { default: ['crm-team@company.example'] };
    const [theirs, ours] = [await connectRunning({ recipients: own }), await connectRunning()];
    await told.look([theirs, ours]);
    for (const { id } of [theirs, ours]) {
      const { refreshToken = '' } = (await keeper.readCredential(id)) ?? {};
      keeper.zoho.revokeRefreshToken({ refreshToken });
    }
    await pass([theirs, ours], 49);
    const digests = (await told.ses.sent()).filter(({ subject }) => subject.includes('attention')).slice(-2);
    expect(digests.map(({ to, subject }) => [to, subject])).toEqual([
      [['crm-team@company.example'], `1 connection needs attention: ${theirs.id}`],
      [['team@company.example'], `1 connection needs attention: ${ours.id}`],
    ]);
    await Promise.all([told.subjects(), told.digests()]);
  });
});

describe('what befalls many connections at once', () => {
  it('is one e-mail for each change, which names them all', async () => {
    const connections: Connection[] = [];
    for (let count = 0; count < 6; count += 1) connections.push(await keeper.connect());
    await told.live(connections, 40);
    expect(await told.subjects()).toEqual([]);
    keeper.zoho.addFault({ kind: 'down' });
    await told.live(connections, 40);
    keeper.zoho.clearFaults();
    await told.live(connections, 30);
    expect(await told.subjects()).toEqual([
      startsWith('6 connections degraded: crm-'),
      startsWith('6 connections DOWN: crm-'),
      startsWith('6 connections recovered: crm-'),
    ]);
    const [degraded, down] = (await told.ses.sent()).slice(-3);
    for (const { id } of connections) {
      expect(degraded?.text).toContain(`${id}: degraded`);
      expect(down?.html).toContain(`${id}: DOWN`);
    }
    expect([degraded?.to, down?.to]).toEqual([
      ['team@company.example'],
      ['on-call@company.example', 'team@company.example'],
    ]);
    expect((await told.look(connections)).delivery.waiting).toBe(0);
  }, 60_000);
});

describe('an alert is never lost', () => {
  it('while SES takes nothing it waits, and then goes in its order, none doubled', async () => {
    const connection = await connectRunning();
    const { id } = connection;
    await told.live([connection], 40);
    await told.pauseSending(true);
    keeper.zoho.addFault({ kind: 'down' });
    await told.live([connection], 60);
    keeper.zoho.clearFaults();
    await told.live([connection], 20);
    expect(await told.subjects()).toEqual([]);
    expect((await told.look([connection])).delivery).toMatchObject({
      waiting: 3,
      failed: [{ errorCode: 'AccountSendingPausedException' }],
    });
    await told.pauseSending(false);
    await told.live([connection], 5);
    expect(await told.subjects()).toEqual([
      startsWith(`${id} degraded`),
      startsWith(`${id} DOWN`),
      startsWith(`${id} recovered`),
    ]);
  });

  it('an address that SES refuses keeps nobody else from being told', async () => {
    const connection = await connectRunning();
    const sendingTo: string[][] = [];
    const { ses } = told.deps();
    const picky = {
      send: (command: { input: { Destination: { ToAddresses: string[] } } }) => {
        const { ToAddresses } = command.input.Destination;
        sendingTo.push(ToAddresses);
        if (!ToAddresses.includes('bad@company.example')) return ses.send(command as never);
        const rejected = Object.assign(new Error('no'), {
          name: 'MessageRejected',
          $metadata: { httpStatusCode: 400 },
        });
        return Promise.reject(rejected);
      },
    } as unknown as typeof ses;
    const recipients = { default: ['bad@company.example', 'good@company.example'] };
    const settings = { ...told.settings, recipients };
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    await told.live([connection], 60, { settings, ses: picky });
    expect((await told.ses.sent()).at(-1)?.to).toEqual(['good@company.example']);
    expect(await told.subjects()).toEqual([startsWith(`${connection.id} DOWN`)]);
    // Who is refused is asked about again now and then, and is no reason for an alarm.
    sendingTo.length = 0;
    await told.live([connection], 10, { settings, ses: picky });
    expect(sendingTo.length).toBeLessThanOrEqual(1);
    keeper.clock.advance(15 * MINUTE_MS);
    const { delivery } = await told.look([connection], { settings, ses: picky });
    expect(delivery).toMatchObject({
      waiting: 0,
      failed: [{ kind: 'down', recipients: 1, isGivenUp: false }],
    });
    expect(sendingTo.at(-1)).toEqual(['bad@company.example']);
    keeper.clock.advance(3 * 24 * 60 * MINUTE_MS);
    const { failed } = (await told.look([connection], { settings, ses: picky })).delivery;
    expect(failed).toContainEqual(expect.objectContaining({ kind: 'down', isGivenUp: true }));
    const { failed: none } = (await told.look([connection], { settings, ses: picky })).delivery;
    expect(none.filter(({ kind }) => kind === 'down')).toEqual([]);
    await told.subjects();
  });

  it('one connection’s broken mailbox, or chain, is not another’s', async () => {
    const [broken, sound] = [await connectRunning(), await connectRunning()];
    for (const { id } of [broken, sound]) {
      const { refreshToken = '' } = (await keeper.readCredential(id)) ?? {};
      keeper.zoho.revokeRefreshToken({ refreshToken });
    }
    const { alerts } = told.deps();
    const failing = {
      readAll: (ids: readonly string[]) => alerts.readAll(ids),
      writeDigests: (mailbox: DigestMailbox) => alerts.writeDigests(mailbox),
      write: (id: string, mailbox: ConnectionMailbox) =>
        id === broken.id ? Promise.reject(new Error('no')) : alerts.write(id, mailbox),
    } as AlertTable;
    await told.live([broken, sound], 60, { alerts: failing });
    expect(await told.subjects()).toEqual([startsWith(`${sound.id} DOWN`)]);
    await told.live([broken, sound], 1);
    expect(await told.subjects()).toEqual([startsWith(`${broken.id} DOWN`)]);
  });

  it('with the state table out of reach nothing is told, and nothing is forgotten', async () => {
    const connection = await connectRunning();
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    keeper.clock.advance(50 * MINUTE_MS);
    const state = { readAll: () => Promise.reject(new Error('no')) } as unknown as StateTable;
    await expect(told.look([connection], { state })).rejects.toThrow('no');
    await told.live([connection], 2);
    expect(await told.subjects()).toEqual([startsWith(`${connection.id} DOWN`)]);
  });
});

describe('P8: no e-mail', () => {
  it('has a token, a code, a state or a client secret in it', async () => {
    const mails = JSON.stringify(await told.ses.sent());
    expect(mails.length).toBeGreaterThan(10_000);
    expect(mails).not.toMatch(/1000\.[0-9a-f]{32}/);
  });
});
