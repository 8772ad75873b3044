import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccessToken } from '../../../lib/domain/access-token.ts';
import { publishAccessToken, readPublished } from '../../../lib/vault/access-token-secret.ts';
import { accessTokenSecretName } from '../../../lib/vault/secret-names.ts';
import { anAccessToken } from '../../support/builders.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

let keeper: Keeper;
let connection: string;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(async () => {
  connection = (await keeper.connect({}, { consented: false })).id;
});

const token = (minutes: number, differing: Partial<AccessToken> = {}) =>
  anAccessToken({
    connection,
    accessToken: `1000.token-${minutes}`,
    expiresAt: new Date(Date.UTC(2026, 10, 23, 0, minutes)).toISOString(),
    ...differing,
  });
const publish = (
  document: AccessToken,
  replaces: string | null,
  {
    versionId = randomUUID(),
    mintedAtMs = keeper.clock.nowMs(),
  }: { versionId?: string; mintedAtMs?: number } = {},
) => publishAccessToken(keeper, { token: document, versionId, replaces, mintedAtMs });

describe('P4: what is published', () => {
  it('replaces exactly what was expected, in two calls', async () => {
    const first = await publish(token(1), null);
    keeper.resetCalls();
    expect(await publish(token(2), first.versionId)).toMatchObject({ kind: 'published' });
    expect(keeper.calls()).toHaveLength(2);
    expect(await keeper.readAccessToken(connection)).toEqual(token(2));
  });

  it('is never overwritten by what was minted before it: who woke up too late is told what stands', async () => {
    const first = await publish(token(1), null);
    const mintedAtMs = keeper.clock.nowMs();
    keeper.clock.advance(1_000);
    const newer = await publish(token(3), first.versionId);
    expect(await publish(token(2), first.versionId, { mintedAtMs })).toEqual({
      repairs: [],
      kind: 'superseded',
      versionId: newer.versionId,
      current: token(3),
    });
    expect(await keeper.readAccessToken(connection)).toEqual(token(3));
  });

  it('gives way to what was minted after it, whatever the two say of themselves', async () => {
    await publish(token(59, { generation: 9 }), null);
    keeper.clock.advance(1_000);
    expect(await publish(token(2), null)).toMatchObject({ kind: 'published' });
    expect(await keeper.readAccessToken(connection)).toEqual(token(2));
  });

  it('finds its way when nobody remembers what stands there', async () => {
    await publish(token(1), null);
    expect(await publish(token(2), null)).toMatchObject({ kind: 'published' });
    expect(await publish(token(3), randomUUID())).toMatchObject({ kind: 'published' });
    expect(await keeper.readAccessToken(connection)).toEqual(token(3));
  });

  it('by the same version twice is published once', async () => {
    const versionId = randomUUID();
    await publish(token(1), null, { versionId });
    expect(await publish(token(1), null, { versionId })).toEqual({
      repairs: [],
      kind: 'published',
      versionId,
    });
  });

  it('replaces what is no token', async () => {
    await keeper.putSecret(accessTokenSecretName(connection), 'no token');
    expect(await readPublished(keeper.secretsManager, connection)).toBeNull();
    expect(await publish(token(1), null)).toMatchObject({ kind: 'published' });
  });

  it('by two at once is one of them, whole, and both know which', async () => {
    const first = await publish(token(1), null);
    const outcomes = await Promise.all([
      publish(token(2), first.versionId),
      publish(token(3), first.versionId),
    ]);
    expect(outcomes.some(({ kind }) => kind === 'published')).toBe(true);
    expect([token(2), token(3)]).toContainEqual(await keeper.readAccessToken(connection));
  });
});
