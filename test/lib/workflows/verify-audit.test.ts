import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditUnavailableError } from '../../../lib/audit/errors.ts';
import { verifyAudit } from '../../../lib/workflows/verify-audit.ts';
import { type Checkup, openCheckup } from '../../support/checkup.ts';
import { AUDIT_TABLE_NAME } from '../../support/dynamodb.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

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
    const { Item } = await keeper.dynamodb.send(new GetCommand(itemOf(id, 2)));
    const changed = { ...Item, entry: { ...Item?.entry, reason: 'nothing to see' } };
    await keeper.dynamodb.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item: changed }));
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

  it('is not called intact while it cannot be read', async () => {
    const deps = checkup.deps({ audit: keeper.brokenAudit() });
    await expect(verifyAudit(deps, 'crm')).rejects.toThrow(AuditUnavailableError);
  });
});
