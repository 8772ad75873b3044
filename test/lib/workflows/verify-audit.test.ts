import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../../lib/audit/chain.ts';
import { AuditUnavailableError } from '../../../lib/audit/errors.ts';
import { anchorAudit } from '../../../lib/workflows/anchor-audit.ts';
import { verifyAudit } from '../../../lib/workflows/verify-audit.ts';
import { anAuditEntry } from '../../support/audit.ts';
import { type Checkup, openCheckup } from '../../support/checkup.ts';
import { AUDIT_TABLE_NAME } from '../../support/dynamodb.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const HOUR_MS = 3_600_000;

let keeper: Keeper;
let checkup: Checkup;
beforeAll(async () => {
  keeper = await startKeeper();
  checkup = await openCheckup(keeper);
});
afterAll(() => keeper.close());

const itemOf = (connection: string, sequence: number) => ({
  TableName: AUDIT_TABLE_NAME,
  Key: { connection, sequence },
});

describe('P7: a chain that an admin has verified', () => {
  it('is intact from its first entry on, and sealed', async () => {
    const { id } = await checkup.connectHealthy();
    const entries = (await keeper.auditOf(id)).length;
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'intact',
      entries,
      fromSequence: 1,
      toSequence: entries,
      sealed: { sequence: entries - 1 },
    });
  });

  it('is empty where nothing was ever recorded', async () => {
    expect(await verifyAudit(checkup.deps(), 'nobody')).toEqual({ kind: 'empty' });
  });

  it('is faulty where an entry was changed, and says which', async () => {
    const { id } = await checkup.connectHealthy();
    await change(id, 2);
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'faulty',
      fault: { sequence: 2, kind: 'broken' },
    });
  });

  it('is faulty where its end was cut off: the state remembers it', async () => {
    const { id } = await checkup.connectHealthy();
    const entries = await keeper.auditOf(id);
    const cutOff = entries.length - 2;
    for (let sequence = entries.length; sequence > cutOff; sequence -= 1)
      await keeper.dynamodb.send(new DeleteCommand(itemOf(id, sequence)));
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'faulty',
      toSequence: cutOff,
      fault: { sequence: cutOff + 1, kind: 'missing' },
    });
  });

  /** A chain of which two days went by without a seal, and that is sealed again. */
  async function connectSealedLate(): Promise<string> {
    const { id } = await checkup.connectHealthy();
    await write(id);
    keeper.clock.advance(50 * HOUR_MS);
    await seal(id);
    return id;
  }

  const write = (connection: string) => {
    const { audit, nowMs } = keeper.deps();
    return audit.append(anAuditEntry({ connection, at: new Date(nowMs()).toISOString() }), null);
  };

  const seal = (id: string, keyId = checkup.auditKeyId) => {
    const { nowMs, newId, audit, kms } = keeper.deps();
    return anchorAudit({ nowMs, newId, audit, kms, keyId }, [id], 'test');
  };

  async function change(connection: string, sequence: number): Promise<void> {
    const { Item } = await keeper.dynamodb.send(new GetCommand(itemOf(connection, sequence)));
    const changed = { ...Item, entry: { ...Item?.entry, reason: 'nothing to see' } };
    await keeper.dynamodb.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item: changed }));
  }

  it('wants a person’s judgement where it was sealed late, for as long as that is looked at', async () => {
    const id = await connectSealedLate();
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'attention',
      fault: { kind: 'unsealed', remedy: expect.stringContaining('npm run audit:verify') },
    });
  });

  /** Puts another MAC into the seal at the chain's end, as somebody without the key would. */
  async function forgeLastSeal(connection: string): Promise<number> {
    const sequence = (await keeper.auditOf(connection)).length;
    const { Item } = await keeper.dynamodb.send(new GetCommand(itemOf(connection, sequence)));
    const entry = { ...Item?.entry, seal: { ...Item?.entry.seal, mac: Buffer.alloc(32).toString('base64') } };
    const { previousHash } = Item as { previousHash: string };
    const forged = { ...Item, entry, hash: hashOf({ connection, sequence, previousHash, entry }) };
    await keeper.dynamodb.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item: forged }));
    return sequence;
  }

  it('is faulty all the same where an entry that came later was changed', async () => {
    const id = await connectSealedLate();
    const { sequence } = await write(id);
    await change(id, sequence);
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'faulty',
      fault: { sequence, kind: 'broken' },
    });
  });

  it('is faulty all the same where a later seal is forged', async () => {
    const id = await connectSealedLate();
    await write(id);
    await seal(id);
    const sequence = await forgeLastSeal(id);
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'faulty',
      fault: { sequence, kind: 'sealForged' },
    });
  });

  it('wants a person’s judgement where another key sealed it, but not where a seal is forged', async () => {
    const { id } = await checkup.connectHealthy();
    const otherKey = { ...checkup.deps(), auditKeyIds: ['arn:aws:kms:us-east-1:000000000000:key/other'] };
    expect(await verifyAudit(otherKey, id)).toMatchObject({
      kind: 'attention',
      fault: { kind: 'sealForeign' },
    });
    const sequence = await forgeLastSeal(id);
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'faulty',
      fault: { sequence, kind: 'sealForged' },
    });
  });

  it('is faulty where all of it is gone, and says that there is nothing', async () => {
    const { id } = await checkup.connectHealthy();
    const entries = (await keeper.auditOf(id)).length;
    for (let sequence = entries; sequence > 0; sequence -= 1)
      await keeper.dynamodb.send(new DeleteCommand(itemOf(id, sequence)));
    expect(await verifyAudit(checkup.deps(), id)).toMatchObject({
      kind: 'faulty',
      entries: 0,
      fromSequence: null,
      toSequence: null,
      fault: { sequence: 1, kind: 'missing' },
    });
  });

  it('is not called intact while it cannot be read', async () => {
    const deps = checkup.deps({ audit: keeper.brokenAudit() });
    await expect(verifyAudit(deps, 'crm')).rejects.toThrow(AuditUnavailableError);
  });
});
