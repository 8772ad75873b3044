import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { DeleteSecretCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
} from '@aws-sdk/client-sesv2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AuditTable } from '../../../lib/audit/audit-table.ts';
import { StateTable } from '../../../lib/guards/state-table.ts';
import { BackupBucket } from '../../../lib/vault/backup-bucket.ts';
import { BackupTable } from '../../../lib/vault/backup-table.ts';
import { accessTokenSecretName, credentialSecretName } from '../../../lib/vault/secret-names.ts';
import type { CheckNowDependencies } from '../../../lib/workflows/check-health-now.ts';
import { aCredential } from '../../support/builders.ts';
import { type Checkup, checkOf, findingsOf, openCheckup } from '../../support/checkup.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
let checkup: Checkup;
beforeAll(async () => {
  keeper = await startKeeper();
  checkup = await openCheckup(keeper);
});
afterAll(() => keeper.close());
afterEach(() => {
  keeper.zoho.clearFaults();
  checkup.mendSes();
});

describe('each store that is broken is named, with what to do', () => {
  const findings = async (replaced: Partial<CheckNowDependencies>) => {
    const connection = await checkup.connectHealthy();
    const [report] = await checkup.check([connection], { replaced });
    if (!report) throw new Error('no report');
    return report;
  };

  it('the state table', async () => {
    const report = await findings({ state: new StateTable(keeper.dynamodb, 'no-such-table') });
    expect(findingsOf(report)).toEqual({
      lastSuccess: 'fail',
      renewal: 'warn',
      refreshTokenSlots: 'warn',
      restoreDrill: 'fail',
    });
    expect(checkOf(report, 'lastSuccess')).toMatchObject({
      value: 'not measured',
      detail: 'There is no such thing as the state table.',
      remedy: /table-or-bucket-lost\.md/,
    });
  });

  it('the audit table', async () => {
    const report = await findings({ audit: new AuditTable(keeper.dynamodb, 'no-such-table') });
    // Nothing is drilled that is not on record.
    expect(findingsOf(report)).toEqual({ lastDay: 'warn', auditChain: 'fail', restoreDrill: 'warn' });
    expect(checkOf(report, 'auditChain')).toMatchObject({
      detail: /no-such-table/,
      remedy: /table-or-bucket-lost\.md/,
    });
  });

  it('the backup table', async () => {
    const table = new BackupTable(keeper.dynamodb, 'no-such-table');
    const report = await findings({ backups: { ...keeper.backups, table } });
    expect(findingsOf(report)).toEqual({ backupTable: 'fail', restoreDrill: 'fail' });
    expect(checkOf(report, 'backupTable').remedy).toMatch(/table-or-bucket-lost\.md/);
  });

  it('the backup bucket', async () => {
    const bucket = new BackupBucket(keeper.s3, 'no-such-bucket');
    const report = await findings({ backups: { ...keeper.backups, bucket } });
    expect(findingsOf(report)).toEqual({ backupBucket: 'fail' });
    expect(checkOf(report, 'backupBucket').remedy).toMatch(/table-or-bucket-lost\.md/);
  });

  it('the backup key', async () => {
    const KeyId = keeper.backups.keyId;
    await keeper.kms.send(new DisableKeyCommand({ KeyId }));
    try {
      const connection = await keeper.connect();
      expect(checkOf(await checkup.checkOne(connection), 'backupKey')).toMatchObject({
        status: 'fail',
        value: 'Disabled',
        remedy: expect.stringContaining(`aws kms enable-key --key-id ${KeyId}`),
      });
    } finally {
      await keeper.kms.send(new EnableKeyCommand({ KeyId }));
    }
  });

  it('the primary key', async () => {
    const connection = await checkup.connectHealthy();
    const KeyId = keeper.primaryKeyId;
    await keeper.kms.send(new DisableKeyCommand({ KeyId }));
    try {
      const report = await checkup.checkOne(connection);
      expect(findingsOf(report)).toMatchObject({ credential: 'fail', primaryKey: 'fail', probe: 'fail' });
      expect(checkOf(report, 'primaryKey').remedy).toMatch(/primary-key-lost\.md/);
      // The backups have it all the same.
      expect(checkOf(report, 'backupTable').status).toBe('warn');
    } finally {
      await keeper.kms.send(new EnableKeyCommand({ KeyId }));
    }
  });

  it('the credential’s secret, which is about to be deleted', async () => {
    const connection = await checkup.connectHealthy();
    const SecretId = credentialSecretName(connection.id);
    await keeper.secretsManager.send(new DeleteSecretCommand({ SecretId }));
    const report = await checkup.checkOne(connection);
    for (const name of ['credential', 'secrets'] as const) {
      expect(checkOf(report, name)).toMatchObject({
        status: 'fail',
        remedy: expect.stringContaining(`restore-secret --secret-id ${SecretId}`),
      });
    }
  });

  it('a secret under another key', async () => {
    const connection = await checkup.connectHealthy();
    const SecretId = accessTokenSecretName(connection.id);
    const update = new UpdateSecretCommand({ SecretId, KmsKeyId: 'alias/aws/secretsmanager' });
    await keeper.secretsManager.send(update);
    const report = await checkup.checkOne(connection);
    expect(findingsOf(report)).toEqual({ secrets: 'warn' });
    expect(checkOf(report, 'secrets').remedy).toContain(
      `update-secret --secret-id ${SecretId} --kms-key-id ${keeper.primaryKeyId}`,
    );
  });

  it('a backup that is not of the current credential, or of its client', async () => {
    const connection = await checkup.connectHealthy();
    const credential = await keeper.readCredential(connection.id);
    await keeper.putCredential({ ...aCredential(credential ?? {}), scopes: ['ZohoCRM.org.READ'] });
    expect(findingsOf(await checkup.checkOne(connection))).toMatchObject({
      backupTable: 'fail',
      backupBucket: 'fail',
    });
    await keeper.putCredential(aCredential(credential ?? {}));
    const { readClient } = keeper.deps();
    const replaced = {
      readClient: async (owner: Parameters<typeof readClient>[0]) => ({
        ...(await readClient(owner)),
        clientId: '1000.ANOTHER',
      }),
    };
    const [report] = await checkup.check([connection], { replaced });
    expect(report && checkOf(report, 'backupTable')).toMatchObject({
      value: 'generation 1, another client',
      remedy: /POST \/api\/zoho\/refresh/,
    });
  });

  it('Zoho, when it is down, is no fault of the token', async () => {
    const connection = await checkup.connectHealthy();
    keeper.zoho.addFault({ kind: 'down' });
    const report = await checkup.checkOne(connection, 'admin');
    expect(findingsOf(report)).toEqual({ probe: 'warn', restoreDrill: 'warn' });
    expect(checkOf(report, 'restoreDrill').detail).toMatch(/Tried in vain/);
  });

  it('a token that Zoho has dropped', async () => {
    const connection = await checkup.connectHealthy();
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    expect(findingsOf(await checkup.checkOne(connection))).toEqual({ probe: 'fail', restoreDrill: 'fail' });
  });

  it('a token that is running out, and has run out', async () => {
    const connection = await checkup.connectHealthy();
    keeper.clock.advance(53 * MINUTE_MS);
    expect(findingsOf(await checkup.checkOne(connection))).toEqual({ minutesLeft: 'warn' });
    keeper.clock.advance(8 * MINUTE_MS);
    expect(findingsOf(await checkup.checkOne(connection))).toMatchObject({
      minutesLeft: 'fail',
      lastSuccess: 'fail',
      probe: 'fail',
    });
  });

  it('SES is asked about the account, the sender and each recipient once, not for each connection', async () => {
    const connections = [await checkup.connectHealthy(), await checkup.connectHealthy()];
    checkup.ses.resetHistory();
    await checkup.check(connections);
    const { ses } = checkup;
    expect(ses.commandCalls(GetAccountCommand)).toHaveLength(1);
    expect(ses.commandCalls(GetEmailIdentityCommand)).toHaveLength(1);
    // Two addresses are told of either.
    expect(ses.commandCalls(GetSuppressedDestinationCommand)).toHaveLength(2);
  });

  it('a role that may not ask SES hides nothing else', async () => {
    const connection = await checkup.connectHealthy();
    const denied = Object.assign(new Error('no'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
    checkup.ses.on(GetAccountCommand).rejects(denied);
    const report = await checkup.checkOne(connection);
    expect(findingsOf(report)).toEqual({ email: 'warn' });
    expect(checkOf(report, 'email')).toMatchObject({
      detail: 'AWS refuses SES: AccessDeniedException.',
      remedy: /role/,
    });
  });
});
