import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashOf, linkEntry, NOTHING_BEFORE } from '../../../lib/audit/chain.ts';
import { anAuditEntry } from '../../support/audit.ts';

it('the first entry follows nothing, each other one the one before', () => {
  const first = linkEntry(anAuditEntry(), null);
  expect(first).toMatchObject({ connection: 'crm', sequence: 1, previousHash: NOTHING_BEFORE });
  const second = linkEntry(anAuditEntry(), first);
  expect(second).toMatchObject({ sequence: 2, previousHash: first.hash });
});

it('the hash is SHA-256 over the canonical JSON of the entry and its place, as anybody can compute it', () => {
  const place = { connection: 'crm', sequence: 7, previousHash: 'a', entry: { b: [2, null], a: 'é' } };
  const canonical = '{"connection":"crm","entry":{"a":"é","b":[2,null]},"previousHash":"a","sequence":7}';
  expect(hashOf(place)).toBe(createHash('sha256').update(canonical).digest('hex'));
  expect(hashOf(place)).toMatch(/^[0-9a-f]{64}$/);
});

it('the same entry elsewhere has another hash', () => {
  const entry = anAuditEntry();
  const { hash } = linkEntry(entry, null);
  expect(linkEntry(entry, { sequence: 1, hash: 'a' }).hash).not.toBe(hash);
  expect(linkEntry({ ...entry, connection: 'books' }, null).hash).not.toBe(hash);
});
