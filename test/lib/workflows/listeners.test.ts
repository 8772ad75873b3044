import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { credentialSecretName } from '../../../lib/vault/secret-names.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { updateToken } from '../../../lib/workflows/update-token.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { aCredential } from '../../support/builders.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;
let keeper: Keeper;
beforeEach(async () => {
  keeper = await startKeeper();
});
afterEach(() => keeper.close());

type Replaced = Parameters<Keeper['deps']>[0];
const tick = (connection: Connection, replaced: Replaced = {}) => {
  keeper.clock.advance(50 * MINUTE_MS);
  return refreshConnection(keeper.deps(replaced), connection, { trigger: 'tick', requestId: 'test' });
};
const sweep = (connection: Connection) => {
  keeper.clock.advance(MINUTE_MS);
  return sweepConnections(keeper.deps(), [connection], { requestId: 'test', remainingMs: () => 120_000 });
};

/** What listeners were told since the last time: the credential by generation and source, the token by its generation. */
function told(): string[] {
  return keeper.bus.events.splice(0).map(({ DetailType, Detail }) => {
    const { generation, source = '' } = JSON.parse(Detail);
    return `${DetailType.replace('Zoho', '')} ${generation} ${source}`.trim();
  });
}

/** A Secrets Manager that takes no access token. */
function withoutPublishing(): SecretsManagerClient {
  const client = keeper.newSecretsManager();
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { SecretId = '' } = args.input as { SecretId?: string };
        if (commandName === 'PutSecretValueCommand' && SecretId.endsWith('/access-token'))
          throw Object.assign(new Error('no'), { name: 'InternalServiceError' });
        return next(args);
      },
    { step: 'initialize' },
  );
  return client;
}

describe('listeners', () => {
  it('are told of the first credential, and then of each token', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    expect(told()).toEqual(['CredentialReplaced 1 operator', 'AccessTokenPublished 1']);
    await tick(connection);
    expect(told()).toEqual(['AccessTokenPublished 1']);
  });

  it('P8: are told what a token is for and until when, and not what it is', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const { accessToken = 'none', expiresAt } = (await keeper.readAccessToken(connection.id)) ?? {};
    const { refreshToken = 'none' } = (await keeper.readCredential(connection.id)) ?? {};
    const details = keeper.bus.events.map(({ Detail }) => Detail);
    expect(JSON.parse(details[1] ?? '')).toEqual({
      schemaVersion: 1,
      connection: connection.id,
      generation: 1,
      expiresAt,
    });
    expect(details.join()).not.toContain(accessToken);
    expect(details.join()).not.toContain(refreshToken);
  });

  it('are told nothing when it comes to nothing', async () => {
    const connection = await keeper.connect();
    keeper.zoho.addFault({ kind: 'down' });
    await tick(connection);
    expect(told()).toEqual([]);
  });

  it('are told of what an operator put into the secret', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const refreshToken = await keeper.consent(connection);
    const before = aCredential((await keeper.readCredential(connection.id)) ?? {});
    await keeper.putCredential({ ...before, generation: 2, refreshToken });
    told();
    await tick(connection);
    expect(told()).toEqual(['CredentialReplaced 2 operator', 'AccessTokenPublished 2']);
    // Somebody who did not count on.
    await keeper.putCredential({
      ...before,
      generation: 2,
      refreshToken: await keeper.consent(connection),
      obtainedAt: new Date(keeper.clock.nowMs()).toISOString(),
    });
    await tick(connection);
    // The backups have another generation 2, so it was given the next number, after its token was published.
    expect(told()).toEqual(['CredentialReplaced 3 operator', 'AccessTokenPublished 2']);
    await tick(connection);
    expect(told()).toEqual(['AccessTokenPublished 3']);
  });

  it('are not told of a credential that only runs until the current one can', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const before = aCredential((await keeper.readCredential(connection.id)) ?? {});
    const second = await keeper.consent(connection);
    await keeper.putCredential({ ...before, generation: 2, refreshToken: second });
    await tick(connection);
    told();
    // A newer version of the keeper wrote it.
    await keeper.putSecret(
      credentialSecretName(connection.id),
      JSON.stringify({ schemaVersion: 2, connection: connection.id }),
    );
    // And Zoho ended the one before it: what is left is the first, out of the backups.
    keeper.zoho.revokeRefreshToken({ refreshToken: second });
    for (let ticks = 0; ticks < 3; ticks += 1)
      expect(await tick(connection)).toMatchObject({ kind: 'refreshed', generation: 1 });
    expect(told()).toEqual(Array.from({ length: 3 }, () => 'AccessTokenPublished 1'));
  });

  it('are told of a replacement by whoever finishes it', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    told();
    const outcome = await updateToken(
      keeper.deps({ secretsManager: withoutPublishing() }),
      {
        connection: connection.id,
        reason: 'a test',
        grant: { kind: 'refreshToken', refreshToken: await keeper.consent(connection) },
        expectedOrganizationId: null,
        accountsServer: null,
        isDryRun: false,
      },
      anAdminRequest(),
    );
    expect(outcome).toMatchObject({ kind: 'completed', replacement: { kind: 'unfinished' } });
    expect(told()).toEqual([]);
    await sweep(connection);
    expect(told()).toEqual(['CredentialReplaced 2 override', 'AccessTokenPublished 2']);
  });
});
