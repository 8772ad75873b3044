import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../../lib/audit/chain-verification.ts';
import { verifySeal } from '../../../lib/audit/seal.ts';
import { UNATTRIBUTED } from '../../../lib/domain/audit-entry.ts';
import {
  type AnchorDependencies,
  AnchorIncompleteError,
  anchorAudit,
  assertAnchored,
} from '../../../lib/workflows/anchor-audit.ts';
import { type AuditCloud, anAuditEntry, startAuditCloud } from '../../support/audit.ts';
import { AUDIT_TABLE_NAME } from '../../support/dynamodb.ts';

const HOUR_MS = 3_600_000;

let cloud: AuditCloud;
let count = 0;
beforeAll(async () => {
  cloud = await startAuditCloud();
});
afterAll(() => cloud.close());

function deps(replaced: Partial<AnchorDependencies> = {}): AnchorDependencies {
  const { audit, kms, keyId, clock } = cloud;
  return { nowMs: () => clock.nowMs(), newId: randomUUID, audit, kms, keyId, ...replaced };
}

const nowIso = () => new Date(cloud.clock.nowMs()).toISOString();

/** A chain of two refreshes that no other test knows. */
async function aConnection(): Promise<string> {
  const connection = `crm-${++count}`;
  const first = await cloud.audit.append(anAuditEntry({ connection, at: nowIso() }), null);
  await cloud.audit.append(anAuditEntry({ connection, at: nowIso() }), first);
  return connection;
}

const anchor = (...connections: string[]) => anchorAudit(deps(), connections, 'request-7');

const verify = (connection: string) =>
  verifyChain(connection, cloud.audit.readChain(connection), {
    nowMs: cloud.clock.nowMs(),
    unsealedAcceptedBeforeMs: null,
    verifySeal: (chain, seal) => verifySeal(cloud.kms, [cloud.keyId], chain, seal),
  });

describe('P7: once a day every chain', () => {
  it('is sealed up to its head, by an entry at its end that says who did it', async () => {
    const connection = await aConnection();
    const head = await cloud.audit.readHead(connection);
    const outcomes = await anchor(connection);
    const last = await cloud.audit.readHead(connection);
    expect(last).toMatchObject({
      sequence: 3,
      entry: {
        at: nowIso(),
        operation: 'anchor',
        outcome: 'succeeded',
        actor: { kind: 'schedule', id: 'anchor', name: null },
        requestId: 'request-7',
        seal: { sequence: 2, hash: head?.hash, keyId: cloud.keyId },
      },
    });
    expect(outcomes).toEqual([{ kind: 'anchored', connection, seal: last?.entry.seal, sequence: 3 }]);
    expect(await verify(connection)).toEqual({
      kind: 'intact',
      entries: 3,
      sealed: { sequence: 2, at: nowIso() },
    });
  });

  it('is left alone when it is empty, or has just been sealed', async () => {
    const connection = await aConnection();
    await anchor(connection);
    cloud.clock.advance(HOUR_MS - 1_000);
    expect(await anchor(connection, UNATTRIBUTED)).toEqual([
      { kind: 'recent', connection },
      { kind: 'empty', connection: UNATTRIBUTED },
    ]);
    expect(await cloud.audit.readHead(UNATTRIBUTED)).toBeNull();
    cloud.clock.advance(1_000);
    expect(await anchor(connection)).toMatchObject([{ kind: 'anchored', sequence: 4 }]);
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 4, sealed: { sequence: 3 } });
  });

  it('is sealed though an anchor of the future lies at its end', async () => {
    const connection = await aConnection();
    const at = new Date(cloud.clock.nowMs() + 365 * 24 * HOUR_MS).toISOString();
    await cloud.audit.append(anAuditEntry({ connection, operation: 'anchor', at }), null);
    expect(await anchor(connection)).toMatchObject([{ kind: 'anchored', seal: { sequence: 3 } }]);
  });

  it('stays intact when somebody writes meanwhile: the seal covers what was the end', async () => {
    const connection = await aConnection();
    const [outcomes] = await Promise.all([
      anchor(connection),
      ...[1, 2, 3].map(() => cloud.audit.append(anAuditEntry({ connection, at: nowIso() }), null)),
    ]);
    expect(outcomes).toMatchObject([{ kind: 'anchored' }]);
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 6 });
  });
});

describe('one chain’s failure', () => {
  it('is not another’s, and fails the invocation in the end', async () => {
    const [good, odd] = [await aConnection(), await aConnection()];
    const Item = { connection: odd, sequence: 3, day: '2026-11-23', at: nowIso(), hash: 'a' };
    await cloud.dynamodb.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item }));
    const outcomes = await anchor(odd, good);
    expect(outcomes).toMatchObject([
      { kind: 'failed', connection: odd, errorCode: 'AUDIT_UNAVAILABLE' },
      { kind: 'anchored', connection: good },
    ]);
    expect(() => assertAnchored(outcomes)).toThrow(AnchorIncompleteError);
    expect(() => assertAnchored(outcomes)).toThrow(new RegExp(`of ${odd} were not sealed`));
    expect(() => assertAnchored(outcomes.slice(1))).not.toThrow();
  });

  it('of KMS leaves the chain as it was', async () => {
    const connection = await aConnection();
    const kms = new KMSClient({ region: 'eu-central-1' });
    mockClient(kms).rejects(
      Object.assign(new Error('1000.a-text-of-aws'), { name: 'AccessDeniedException' }),
    );
    const outcomes = await anchorAudit(deps({ kms }), [connection], 'request-9');
    expect(outcomes).toMatchObject([
      {
        kind: 'failed',
        errorCode: 'AUDIT_SEAL_UNAVAILABLE',
        detail: expect.stringContaining('AccessDeniedException'),
      },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('1000.');
    expect(await cloud.audit.readHead(connection)).toMatchObject({ sequence: 2 });
  });
});
