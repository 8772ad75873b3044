import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AuditRecord, toAuditItem } from '../../lib/audit/audit-item.ts';
import { linkEntry } from '../../lib/audit/chain.ts';
import { sealHead } from '../../lib/audit/seal.ts';
import type { AuditEntry } from '../../lib/domain/audit-entry.ts';
import { runAuditVerify } from '../../tools/audit-verify/run.ts';
import { type AuditCloud, anAnchor, anAuditEntry, collect, startAuditCloud } from '../support/audit.ts';
import { ALERTS, aConnection } from '../support/builders.ts';
import { AUDIT_TABLE_NAME } from '../support/dynamodb.ts';

const SCRIPT = fileURLToPath(new URL('../../tools/audit-verify.ts', import.meta.url));
const HOUR_MS = 3_600_000;

let cloud: AuditCloud;
let folder: string;
let count = 0;
const environment = () => ({
  AWS_ENDPOINT_URL: cloud.endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'operator',
  AWS_SECRET_ACCESS_KEY: 'any',
  AUDIT_TABLE_NAME,
  AUDIT_KEY_ID: cloud.keyId,
});

beforeAll(async () => {
  cloud = await startAuditCloud();
  folder = mkdtempSync(join(tmpdir(), 'audit-verify-'));
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

/** A chain that no other test knows. */
const aChainId = () => `crm-${++count}`;

const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();

/** Two refreshes, 30 hours ago, and the anchor of six hours later. */
async function aSealedChain(connection = aChainId()): Promise<{ connection: string; anchoredAt: string }> {
  const { audit, kms, keyId } = cloud;
  const first = await audit.append(anAuditEntry({ connection, at: hoursAgo(30) }), null);
  const second = await audit.append(anAuditEntry({ connection, at: hoursAgo(30) }), first);
  const seal = await sealHead(kms, keyId, { connection, ...second });
  const anchoredAt = hoursAgo(24);
  await audit.append(anAnchor(second, { connection, seal, at: anchoredAt }), second);
  return { connection, anchoredAt };
}

/** Writes over an entry, as a put can. */
async function overwrite(connection: string, sequence: number, change: Partial<AuditEntry>): Promise<void> {
  const items = (await collect(cloud.audit.readChain(connection))) as AuditRecord[];
  const item = items[sequence - 1] as AuditRecord;
  const Item = { ...item, entry: { ...item.entry, ...change } };
  await cloud.dynamodb.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item }));
}

async function verify(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runAuditVerify(args, process.env, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out, err };
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [SCRIPT, ...args], { env, cwd: folder });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err };
}

describe('P7: npm run audit:verify', () => {
  it('ends with 0 and a line for an intact chain: how long it is, and how far it is sealed', async () => {
    const { connection, anchoredAt } = await aSealedChain();
    expect(await verify('--connection', connection)).toEqual({
      code: 0,
      out: [`${connection}  3 entries, sealed up to 2 (${anchoredAt})  ok`],
      err: [],
    });
  });

  it('walks every chain of the configuration, and what belongs to none; a fault in one hides no other', async () => {
    const { connection: changed } = await aSealedChain();
    await overwrite(changed, 2, { outcome: 'refused' });
    const { connection: intact } = await aSealedChain();
    const young = aChainId();
    await cloud.audit.append(anAuditEntry({ connection: young, at: hoursAgo(1) }), null);
    const path = join(folder, 'connections.json');
    const connections = [changed, intact, young].map((id) => aConnection({ id }));
    writeFileSync(path, JSON.stringify({ connections, alerts: ALERTS }));
    const { code, out } = await verify('--configuration', path);
    expect(out.map((line) => line.replace(/\(20.*Z\)/, '(…)'))).toEqual([
      `${changed.padEnd(13)}  FAULT (broken): entry 2 was changed: its hash is not that of its content. ${COMPARE}`,
      `${intact.padEnd(13)}  3 entries, sealed up to 2 (…)  ok`,
      `${young.padEnd(13)}  1 entry, not sealed yet  ok`,
      '_unattributed  no entries  ok',
    ]);
    expect(code).toBe(1);
  });

  it('finds what was rewritten with every hash recomputed, through the seal', async () => {
    const { connection } = await aSealedChain();
    const items = (await collect(cloud.audit.readChain(connection))) as AuditRecord[];
    let head = null;
    for (const [index, { entry }] of items.entries()) {
      head = linkEntry(index === 0 ? { ...entry, reason: 'another' } : entry, head);
      await cloud.dynamodb.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item: toAuditItem(head) }));
    }
    const { code, out } = await verify('--connection', connection);
    expect(out[0]).toContain(
      `${connection}  FAULT (rewritten): entry 2 is not the one that entry 3 sealed: it, or one from 1 on, was rewritten`,
    );
    expect(code).toBe(1);
  });

  it('misses a seal that is overdue, until a person accepts it', async () => {
    const connection = aChainId();
    await cloud.audit.append(anAuditEntry({ connection, at: hoursAgo(49) }), null);
    const { code, out } = await verify('--connection', connection);
    expect(out[0]).toContain(`${connection}  FAULT (unsealed): entry 1 of `);
    expect(code).toBe(1);
    const accept = ['--connection', connection, '--accept-unsealed-before'];
    expect((await verify(...accept, hoursAgo(48))).code).toBe(0);
    expect((await verify(...accept, hoursAgo(50))).code).toBe(1);
  });

  it('takes seals of more than one key, once each is named', async () => {
    const { connection } = await aSealedChain();
    const newKey = await cloud.createKey();
    const { code, out } = await verify('--connection', connection, '--key', newKey);
    expect([code, out[0]]).toEqual([1, expect.stringContaining('FAULT (sealForeign): entry 3 bears a seal')]);
    const both = ['--key', newKey, '--key', cloud.keyId];
    expect((await verify('--connection', connection, ...both)).code).toBe(0);
  });

  it('reads what DynamoDB holds and JSON cannot', async () => {
    const { connection } = await aSealedChain();
    const [, second] = (await collect(cloud.audit.readChain(connection))) as AuditRecord[];
    const Item = { ...second, entry: { ...second?.entry, joined: 10n ** 37n } };
    await cloud.dynamodb.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item }));
    expect((await verify('--connection', connection)).out[0]).toContain('FAULT (broken): entry 2');
  });

  it('is a script, with these exit codes', async () => {
    const { connection } = await aSealedChain();
    const args = ['--connection', connection];
    const intact = await run(args, { ...process.env });
    expect([intact.code, intact.err]).toEqual([0, '']);
    expect(intact.out).toMatch(/ {2}ok\n$/);
    await overwrite(connection, 1, { reason: 'another' });
    expect(await run(args, { ...process.env })).toMatchObject({
      code: 1,
      out: expect.stringContaining('entry 1 was changed'),
    });
  });

  it('prints its usage', async () => {
    const { code, out } = await verify('--help');
    expect([code, out[0]]).toEqual([0, expect.stringContaining('Usage: npm run audit:verify -- [options]')]);
  });
});

const COMPARE =
  'Restore the table as of a time before into another table, compare, find out in CloudTrail who wrote, and put back what stood there.';

describe('npm run audit:verify ends with 2 and one sentence when it cannot look', () => {
  it.each<[string, string[], string]>([
    ['an unknown option', ['--nope'], "Unknown option '--nope'; see --help"],
    ['a key that is no ARN', ['--key', 'alias/audit'], 'the key is "alias/audit", but expected the ARN'],
    [
      'a time that is none',
      ['--accept-unsealed-before', 'yesterday'],
      '--accept-unsealed-before is "yesterday", but expected a time such as 2026-11-28',
    ],
    ['a configuration that is missing', ['--configuration', 'none.json'], 'The configuration cannot be read'],
    [
      'a table that is missing',
      ['--connection', 'crm', '--table', 'other'],
      'there is no table other in this account and region. Name it with --table',
    ],
  ])('for %s', async (_, args, sentence) => {
    const { code, out, err } = await verify(...args);
    expect(err).toEqual([expect.stringMatching(/^Cannot verify the audit: /)]);
    expect(err[0]).toContain(sentence);
    expect(err[0]).not.toMatch(/\n|AWS says/);
    expect([code, out]).toEqual([2, []]);
  });

  it.each([
    ['AUDIT_TABLE_NAME', 'nothing names the audit table: give --table NAME'],
    ['AUDIT_KEY_ID', 'nothing names the key of the seals: give --key ARN'],
  ])('without %s', async (name, sentence) => {
    vi.stubEnv(name, undefined);
    const { code, err } = await verify('--connection', 'crm');
    expect([code, err[0]]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('without credentials, and leaves no doubt that it is that', async () => {
    const { PATH } = process.env;
    const env = {
      PATH,
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    };
    const args = ['--connection', 'crm', '--table', AUDIT_TABLE_NAME, '--key', cloud.keyId];
    expect(await run(args, env)).toEqual({
      code: 2,
      out: '',
      err: 'Cannot verify the audit: there are no AWS credentials. Sign in to AWS, or read the twin’s addresses by ". .local/env".\n',
    });
  });

  it('without a region', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
    const { code, err } = await verify('--connection', 'crm');
    expect([code, err[0]]).toEqual([2, expect.stringContaining('no AWS region is set. Set AWS_REGION')]);
  });

  it('when the twin is not running', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    const { code, err } = await verify('--connection', 'crm');
    expect([code, err[0]]).toEqual([2, expect.stringContaining('nothing answers at AWS_ENDPOINT_URL')]);
  });

  it('when a seal cannot be checked, unless a fault was found before', async () => {
    const { connection } = await aSealedChain();
    const key = await cloud.createKey();
    const sealed = aChainId();
    const first = await cloud.audit.append(anAuditEntry({ connection: sealed, at: hoursAgo(2) }), null);
    const seal = await sealHead(cloud.kms, key, { connection: sealed, ...first });
    await cloud.audit.append(anAnchor(first, { connection: sealed, seal, at: hoursAgo(1) }), first);
    await cloud.kms.send(new DisableKeyCommand({ KeyId: key }));
    const keys = ['--key', key, '--key', cloud.keyId];
    const { code, err } = await verify('--connection', sealed, ...keys);
    expect([code, err[0]]).toEqual([2, expect.stringContaining(`${key} cannot be used: DisabledException`)]);

    await overwrite(connection, 1, { reason: 'another' });
    const path = join(folder, 'both.json');
    const connections = [connection, sealed].map((id) => aConnection({ id }));
    writeFileSync(path, JSON.stringify({ connections, alerts: ALERTS }));
    expect((await verify('--configuration', path, ...keys)).code).toBe(1);
  });
});
