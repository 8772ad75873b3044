import { DisableKeyCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SealUnavailableError, sealHead, verifySeal } from '../../../lib/audit/seal.ts';
import type { AuditSeal } from '../../../lib/domain/audit-entry.ts';
import { type AuditCloud, startAuditCloud } from '../../support/audit.ts';

const HEAD = { connection: 'crm', sequence: 7, hash: 'a'.repeat(64) };

let cloud: AuditCloud;
let seal: AuditSeal;
beforeAll(async () => {
  cloud = await startAuditCloud();
  seal = await sealHead(cloud.kms, cloud.keyId, HEAD);
});
afterAll(() => cloud.close());

const verify = (differing: Partial<AuditSeal> = {}, connection = 'crm') =>
  verifySeal(cloud.kms, [cloud.keyId], connection, { ...seal, ...differing });

describe('a seal', () => {
  it('names what it seals and its key, and is valid', async () => {
    expect(seal).toEqual({
      sequence: 7,
      hash: HEAD.hash,
      keyId: cloud.keyId,
      mac: expect.stringMatching(/^[\w+/]{43}=$/),
    });
    expect(await verify()).toBe('valid');
  });

  it.each<[string, Partial<AuditSeal>, string?]>([
    ['another entry', { sequence: 8 }],
    ['another hash', { hash: 'b'.repeat(64) }],
    ['another connection', {}, 'books'],
    ['another MAC', { mac: Buffer.alloc(32).toString('base64') }],
    ['no MAC', { mac: '' }],
    ['a MAC of another length', { mac: Buffer.alloc(9_000).toString('base64') }],
  ])('is invalid for %s', async (_, differing, connection) => {
    expect(await verify(differing, connection)).toBe('invalid');
  });

  it('of a key that is none of ours is foreign, though it is a good one of its kind', async () => {
    const other = await sealHead(cloud.kms, await cloud.createKey(), HEAD);
    expect(await verify(other)).toBe('foreign');
    expect(await verifySeal(cloud.kms, [cloud.keyId, other.keyId], 'crm', other)).toBe('valid');
  });

  it('can neither be made nor checked while its key cannot be used, and that is said', async () => {
    const keyId = await cloud.createKey();
    const made = await sealHead(cloud.kms, keyId, HEAD);
    await cloud.kms.send(new DisableKeyCommand({ KeyId: keyId }));
    for (const act of [sealHead(cloud.kms, keyId, HEAD), verifySeal(cloud.kms, [keyId], 'crm', made)]) {
      await expect(act).rejects.toThrow(SealUnavailableError);
      await expect(act).rejects.toMatchObject({
        code: 'AUDIT_SEAL_UNAVAILABLE',
        message: expect.stringContaining(`${keyId} cannot be used: DisabledException`),
      });
    }
  });
});
