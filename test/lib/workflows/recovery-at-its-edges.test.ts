import type { KMSClient } from '@aws-sdk/client-kms';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokenReference } from '../../../infra/local/zoho/state.ts';
import type { Connection } from '../../../lib/config/configuration.ts';
import { REVOCATION_GRACE_MS } from '../../../lib/domain/schedule.ts';
import { StateTable } from '../../../lib/guards/state-table.ts';
import { createClientReader } from '../../../lib/vault/client-secret.ts';
import { listBackups } from '../../../lib/vault/list-backups.ts';
import { clientSecretName, credentialSecretName } from '../../../lib/vault/secret-names.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { restoreCredential } from '../../../lib/workflows/restore-credential.ts';
import { updateToken } from '../../../lib/workflows/update-token.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { aCredential } from '../../support/builders.ts';
import { BACKUP_TABLE_NAME } from '../../support/dynamodb.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;
let keeper: Keeper;
beforeEach(async () => {
  keeper = await startKeeper();
});
afterEach(() => keeper.close());

type Replaced = Parameters<Keeper['deps']>[0];
const tick = (connection: Connection, replaced: Replaced = {}) =>
  refreshConnection(keeper.deps(replaced), connection, { trigger: 'tick', requestId: 'test' });
const sweep = (connection: Connection, replaced: Replaced = {}, all = [connection], leftMs = 120_000) => {
  keeper.clock.advance(MINUTE_MS);
  return sweepConnections(keeper.deps(replaced), all, { requestId: 'test', remainingMs: () => leftMs });
};
async function connectRefreshed(): Promise<Connection> {
  const connection = await keeper.connect();
  await tick(connection);
  keeper.clock.advance(MINUTE_MS);
  return connection;
}
const drop = (SecretId: string) =>
  keeper.secretsManager.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
const generationsOf = async ({ id }: Connection) =>
  (await listBackups(keeper.backups, id)).map((backup) =>
    backup.kind === 'readable' ? `${backup.store} ${backup.header.generation}` : backup.fault.code,
  );
const stored = async ({ id }: Connection) => aCredential((await keeper.readCredential(id)) ?? {});
/** A further generation, as an operator puts it, backed up. */
async function replace(connection: Connection): Promise<string> {
  const before = await stored(connection);
  const refreshToken = await keeper.consent(connection);
  await keeper.putCredential({ ...before, generation: before.generation + 1, refreshToken });
  keeper.clock.advance(50 * MINUTE_MS);
  await tick(connection);
  keeper.clock.advance(MINUTE_MS);
  return refreshToken;
}
async function update(connection: Connection, refreshToken: string) {
  return updateToken(
    keeper.deps(),
    {
      connection: connection.id,
      reason: 'r',
      grant: { kind: 'refreshToken', refreshToken },
      expectedOrganizationId: null,
      accountsServer: null,
      isDryRun: false,
    },
    anAdminRequest(),
  );
}
async function isAlive(refreshToken: string): Promise<boolean> {
  const state = await (await fetch(`${keeper.zoho.origin}/_control/state`)).text();
  return state.includes(`"${tokenReference(refreshToken)}"`);
}
/** KMS that throttles the opening of one generation's backup. */
function throttling(generation: number) {
  const { kms } = keeper;
  const throttled = {
    send: (command: {
      input: { EncryptionContext?: Record<string, string> };
      constructor: { name: string };
    }) => {
      const of = command.input.EncryptionContext?.generation;
      if (command.constructor.name === 'DecryptCommand' && of === `${generation}`) {
        const error = Object.assign(new Error('x'), {
          name: 'ThrottlingException',
          $metadata: { httpStatusCode: 400 },
        });
        return Promise.reject(error);
      }
      return kms.send(command as never);
    },
  } as unknown as KMSClient;
  return { backups: { ...keeper.backups, kms: throttled } };
}
/** Secrets Manager that refuses one kind of call. */
function refusing(operation: string): { secretsManager: SecretsManagerClient } {
  const client = keeper.newSecretsManager();
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === operation) {
          throw Object.assign(new Error('x'), {
            name: 'AccessDeniedException',
            $metadata: { httpStatusCode: 400 },
          });
        }
        return next(args);
      },
    { step: 'initialize' },
  );
  return { secretsManager: client };
}

describe('recovery at its edges', () => {
  it('a throttle while a lost secret is recovered does not put an older credential in place of the newest', async () => {
    const connection = await connectRefreshed();
    const newest = await replace(connection);
    await drop(credentialSecretName(connection.id));
    await sweep(connection, throttling(2));
    for (let minute = 0; minute < 20; minute += 1) await sweep(connection);
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken: newest });
  });

  it('a throttle of the newest backup is no dead credential', async () => {
    const connection = await connectRefreshed();
    const { refreshToken: first } = await stored(connection);
    await replace(connection);
    keeper.zoho.revokeRefreshToken({ refreshToken: first });
    await drop(credentialSecretName(connection.id));
    expect(await sweep(connection, throttling(2))).toMatchObject({
      refreshes: [{ kind: 'failed', health: 'degraded', failure: { code: 'BACKUP_UNREADABLE' } }],
    });
  });

  it('P2: a replaced token is not revoked while another connection runs on it as a stopgap', async () => {
    const a = await connectRefreshed();
    const b = await keeper.connect();
    const shared = await stored(a);
    await keeper.putCredential({ ...shared, connection: b.id });
    await tick(b);
    // A newer version of the keeper wrote B's: this one runs on the previous, for as long as it stands.
    await keeper.putSecret(
      credentialSecretName(b.id),
      JSON.stringify({ schemaVersion: 2, connection: b.id }),
    );
    keeper.clock.advance(1000);
    await update(a, await keeper.consent(a));
    for (let passed = 0; passed <= REVOCATION_GRACE_MS; passed += 10 * MINUTE_MS) {
      keeper.clock.advance(10 * MINUTE_MS);
      await tick(a);
      await tick(b);
    }
    const { revocations } = await sweep(a, {}, [a, b]);
    expect(revocations).toHaveLength(1);
    expect(await isAlive(shared.refreshToken)).toBe(true);
  });

  it('what an operator went back to by moving the label is what a recovery takes', async () => {
    const connection = await connectRefreshed();
    const { refreshToken: first } = await stored(connection);
    await replace(connection);
    const SecretId = credentialSecretName(connection.id);
    const { VersionIdsToStages = {} } = await keeper.secretsManager.send(
      new DescribeSecretCommand({ SecretId }),
    );
    const of = (label: string) => Object.entries(VersionIdsToStages).find(([, l]) => l.includes(label))?.[0];
    await keeper.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: of('AWSPREVIOUS'),
        RemoveFromVersionId: of('AWSCURRENT'),
      }),
    );
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'current' });
    expect(await stored(connection)).toMatchObject({ refreshToken: first });
    for (let h = 0; h < 8; h += 1) {
      keeper.clock.advance(50 * MINUTE_MS);
      await tick(connection);
      await sweep(connection);
    }
    await drop(SecretId);
    await sweep(connection);
    expect(await stored(connection)).toMatchObject({ refreshToken: first });
  });

  it('P1: a client that nobody has minted with is not backed up', async () => {
    const connection = await connectRefreshed();
    for (let ticks = 0; ticks < 7; ticks += 1) {
      keeper.clock.advance(50 * MINUTE_MS);
      await tick(connection);
    }
    const name = clientSecretName(connection.client);
    const right = (await keeper.readSecret(name)) ?? '';
    await keeper.putSecret(name, JSON.stringify({ ...JSON.parse(right), clientSecret: 'mistyped' }));
    keeper.clock.advance(10 * MINUTE_MS - MINUTE_MS);
    await sweep(connection);
    expect(await generationsOf(connection)).toEqual(['table 1', 'bucket 1']);
    // And what it leads to: the client is lost, and the newest backup has the wrong one.
    await drop(name);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed' });
  });

  it('a sweep without time begins no revocation and no look at backups', async () => {
    const connection = await connectRefreshed();
    await update(connection, await keeper.consent(connection));
    keeper.clock.advance(REVOCATION_GRACE_MS - 50 * MINUTE_MS);
    await tick(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    const mints = keeper.zoho.journal.length;
    const { revocations } = await sweep(connection, {}, [connection], 5_000);
    expect(keeper.zoho.journal.length - mints).toBe(0);
    expect(revocations.filter(({ kind }) => kind === 'done')).toEqual([]);
  });

  it('a staged credential that becomes current after newer ones is the newest generation', async () => {
    const connection = await connectRefreshed();
    const first = await stored(connection);
    const second = await keeper.consent(connection);
    await keeper.putSecret(
      credentialSecretName(connection.id),
      JSON.stringify({ ...first, generation: 2, refreshToken: second, source: 'consent' }),
      'AWSPENDING',
    );
    keeper.clock.advance(MINUTE_MS);
    const third = await keeper.consent(connection);
    await keeper.putCredential({ ...first, generation: 3, refreshToken: third });
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    keeper.zoho.revokeRefreshToken({ refreshToken: third });
    keeper.zoho.revokeRefreshToken({ refreshToken: first.refreshToken });
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'staged' });
    const { generation } = await stored(connection);
    expect(generation).toBeGreaterThan(3);
    expect((await generationsOf(connection))[0]).toBe(`table ${generation}`);
  });

  it('P3: a consent that was staged while a recovery ran is finished by the next sweep', async () => {
    const connection = await connectRefreshed();
    const first = await stored(connection);
    const dead = await replace(connection);
    const currentToken = await stored(connection);
    keeper.zoho.revokeRefreshToken({ refreshToken: dead });
    await keeper.putSecret(credentialSecretName(connection.id), JSON.stringify(currentToken));
    const consented = await keeper.consent(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    const { readClient } = keeper.deps();
    let asked = 0;
    await tick(connection, {
      readClient: async (of) => {
        // Current, previous, and both backups of generation 2 are dead; this is for the first of generation 1.
        if (++asked === 5) {
          // As the callback does that could not get the lease.
          const credential = {
            ...first,
            generation: 3,
            refreshToken: consented,
            source: 'consent',
            obtainedAt: new Date(keeper.clock.nowMs()).toISOString(),
          };
          await keeper.putSecret(
            credentialSecretName(connection.id),
            JSON.stringify(credential),
            'AWSPENDING',
          );
          await keeper.state.noteStaged(connection.id, keeper.clock.nowMs());
          keeper.clock.advance(2_000);
        }
        return readClient(of);
      },
    });
    expect(await stored(connection)).toMatchObject({ refreshToken: first.refreshToken, source: 'recovery' });
    await sweep(connection);
    await sweep(connection);
    expect(await stored(connection)).toMatchObject({ refreshToken: consented });
  });

  it('P1: what Zoho sends while the secret is lost is staged, and not current before it is proven', async () => {
    const connection = await connectRefreshed();
    const { refreshToken: first } = await stored(connection);
    await drop(credentialSecretName(connection.id));
    keeper.zoho.settings.rotateRefreshTokens = true;
    await sweep(connection);
    keeper.zoho.settings.rotateRefreshTokens = false;
    const current = await keeper.readSecret(credentialSecretName(connection.id));
    const { refreshToken } = JSON.parse(current ?? '{}') as { refreshToken?: string };
    expect([undefined, first]).toContain(refreshToken);
  });

  it('a generation in the bucket is the one that is in the table', async () => {
    const connection = await connectRefreshed();
    const { refreshToken: first } = await stored(connection);
    const second = await keeper.consent(connection);
    await keeper.putCredential({ ...(await stored(connection)), generation: 1, refreshToken: second });
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    await keeper.dynamodb.send(
      new DeleteCommand({ TableName: BACKUP_TABLE_NAME, Key: { connection: connection.id, generation: 1 } }),
    );
    const restored = await restoreCredential(
      keeper.deps(),
      { connection: connection.id, generation: 1, reason: 'r', expectedOrganizationId: null },
      anAdminRequest(),
    );
    expect(restored).toMatchObject({ replacement: { credential: { refreshToken: first } } });
  });

  it('one token in several stores costs one mint, whatever Zoho says of it', async () => {
    const connection = await connectRefreshed();
    const name = clientSecretName(connection.client);
    const right = (await keeper.readSecret(name)) ?? '';
    await keeper.putSecret(name, JSON.stringify({ ...JSON.parse(right), clientSecret: 'mistyped' }));
    await drop(credentialSecretName(connection.id));
    const before = keeper.zoho.journal.length;
    expect(await sweep(connection)).toMatchObject({
      refreshes: [{ failure: { code: 'ZOHO_REFUSED_CLIENT' } }],
    });
    expect(keeper.zoho.journal.length - before).toBe(1);
  });
  it('what an operator has to do is not hidden by the budget', async () => {
    const connection = await connectRefreshed();
    for (let n = 0; n < 8; n += 1) await replace(connection);
    const name = clientSecretName(connection.client);
    const right = (await keeper.readSecret(name)) ?? '';
    await keeper.putSecret(name, JSON.stringify({ ...JSON.parse(right), clientSecret: 'mistyped' }));
    keeper.clock.advance(11 * MINUTE_MS);
    await drop(credentialSecretName(connection.id));
    expect(await sweep(connection)).toMatchObject({
      refreshes: [{ failure: { code: 'ZOHO_REFUSED_CLIENT' } }],
    });
  });

  it('an attempt at many dead generations ends within what an attempt may take', async () => {
    const connection = await connectRefreshed();
    const tokens = [(await stored(connection)).refreshToken];
    for (let n = 0; n < 8; n += 1) tokens.push(await replace(connection));
    for (const refreshToken of tokens) keeper.zoho.revokeRefreshToken({ refreshToken });
    keeper.clock.advance(50 * MINUTE_MS);
    const base = createClientReader(keeper.secretsManager, keeper.backups);
    const beganMs = keeper.clock.nowMs();
    // Zoho answers each mint after 9 s, within its time-out.
    let mints = keeper.zoho.journal.length;
    const passTime = () => {
      keeper.clock.advance(9_000 * (keeper.zoho.journal.length - mints));
      mints = keeper.zoho.journal.length;
    };
    await tick(connection, {
      readClient: (of) => {
        passTime();
        return base(of);
      },
    });
    passTime();
    expect(keeper.clock.nowMs() - beganMs).toBeLessThanOrEqual(60_000);
  });

  it('P5: a secret that cannot be put back does not use up the versions of what consumers read', async () => {
    const connection = await connectRefreshed();
    await drop(credentialSecretName(connection.id));
    const denied = refusing('CreateSecretCommand');
    const before = keeper.zoho.journal.length;
    for (let minute = 0; minute < 120; minute += 1) await sweep(connection, denied);
    // About 100 versions, each kept for a day (docs: reference_limits): 8 in two hours.
    expect(keeper.zoho.journal.length - before).toBeLessThanOrEqual(8);
  });

  it('what is taken for lost and is not does not cost a mint with every sweep', async () => {
    const connection = await connectRefreshed();
    // The key is said to be disabled, and Secrets Manager can use it still (KMS is eventually consistent).
    const { kms } = keeper;
    const disabled = {
      send: (command: { constructor: { name: string } }) =>
        command.constructor.name === 'DescribeKeyCommand'
          ? Promise.resolve({ KeyMetadata: { KeyState: 'Disabled' } })
          : kms.send(command as never),
    } as unknown as KMSClient;
    const before = keeper.zoho.journal.length;
    for (let minute = 0; minute < 10; minute += 1) await sweep(connection, { kms: disabled });
    expect(keeper.zoho.journal.length - before).toBeLessThanOrEqual(2);
  });

  it('a running credential whose secret cannot be written does not get a generation with every look', async () => {
    const connection = await connectRefreshed();
    const refreshToken = await keeper.consent(connection);
    await keeper.putCredential({ ...(await stored(connection)), generation: 1, refreshToken });
    keeper.clock.advance(50 * MINUTE_MS);
    const base = keeper.newSecretsManager();
    base.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { SecretId } = args.input as { SecretId?: string };
          if (commandName === 'PutSecretValueCommand' && SecretId === credentialSecretName(connection.id)) {
            throw Object.assign(new Error('x'), {
              name: 'AccessDeniedException',
              $metadata: { httpStatusCode: 400 },
            });
          }
          return next(args);
        },
      { step: 'initialize' },
    );
    const denied = { secretsManager: base };
    await tick(connection, denied);
    for (let minute = 0; minute < 30; minute += 1) await sweep(connection, denied);
    expect((await generationsOf(connection)).length).toBeLessThanOrEqual(6);
  });

  it('P2: nor while another connection runs on it because its secret cannot be made anew', async () => {
    const a = await connectRefreshed();
    const b = await keeper.connect();
    const shared = await stored(a);
    await keeper.putCredential({ ...shared, connection: b.id });
    await tick(b);
    await drop(credentialSecretName(b.id));
    const denied = refusing('CreateSecretCommand');
    keeper.clock.advance(1000);
    await update(a, await keeper.consent(a));
    for (let passed = 0; passed <= REVOCATION_GRACE_MS; passed += 10 * MINUTE_MS) {
      keeper.clock.advance(10 * MINUTE_MS);
      await tick(a);
      await tick(b, denied);
    }
    const { revocations } = await sweep(a, denied, [a, b]);
    expect(revocations).toHaveLength(1);
    expect(await isAlive(shared.refreshToken)).toBe(true);
  });

  it('P1: an organisation that was left does not come back with an earlier generation', async () => {
    const connection = await connectRefreshed();
    keeper.zoho.registerUser({
      email: 'b@x.example',
      organizations: [{ id: '777', zgid: '777', name: 'B' }],
    });
    const grantCode = keeper.issueGrantCode(connection.scopes, { user: 'b@x.example' });
    const updated = await updateToken(
      keeper.deps(),
      {
        connection: connection.id,
        reason: 'r',
        grant: { kind: 'grantCode', grantCode },
        expectedOrganizationId: '777',
        accountsServer: null,
        isDryRun: false,
      },
      anAdminRequest(),
    );
    expect(updated).toMatchObject({ kind: 'completed', replacement: { kind: 'replaced' } });
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    keeper.zoho.revokeRefreshToken({ refreshToken: (await stored(connection)).refreshToken });
    await drop(credentialSecretName(connection.id));
    keeper.clock.advance(50 * MINUTE_MS);
    const state = new StateTable(keeper.dynamodb, 'no-such-table');
    expect(await tick(connection, { state })).toMatchObject({
      kind: 'failed',
      failure: { code: 'ORGANIZATION_CHANGED' },
    });
  });
});
