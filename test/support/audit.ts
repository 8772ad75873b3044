import { createHmac, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AccessKeys } from '../../infra/local/aws/access-keys.ts';
import { startFrontDoor } from '../../infra/local/aws/front-door.ts';
import { Kms } from '../../infra/local/aws/kms/kms.ts';
import { VirtualClock } from '../../infra/local/clock.ts';
import { type AuditRecord, toAuditItem } from '../../lib/audit/audit-item.ts';
import { AuditTable } from '../../lib/audit/audit-table.ts';
import { type ChainHead, linkEntry } from '../../lib/audit/chain.ts';
import type { SealVerdict } from '../../lib/audit/seal.ts';
import type { AuditEntry, AuditSeal } from '../../lib/domain/audit-entry.ts';
import { AUDIT_TABLE_NAME, startTablesDynamoDB } from './dynamodb.ts';

const REGION = 'eu-central-1';

/** The audit's real surroundings: the tables and KMS, over the wire. Time stands still until a test moves it. */
export interface AuditCloud {
  readonly clock: VirtualClock;
  readonly endpoint: string;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly kms: KMSClient;
  /** The ARN of the HMAC key that seals. */
  readonly keyId: string;
  readonly audit: AuditTable;
  /** The ARN of another HMAC key. */
  createKey(): Promise<string>;
  close(): Promise<void>;
}

export async function startAuditCloud(): Promise<AuditCloud> {
  const clock = new VirtualClock({ speed: 0 });
  const twin = new Kms({ nowMs: () => clock.nowMs(), path: null, region: REGION, accountId: '000000000000' });
  const tables = await startTablesDynamoDB();
  const frontDoor = await startFrontDoor({
    services: { kms: twin.service },
    emulators: { dynamodb: tables.origin },
    accessKeys: new AccessKeys(),
    clock,
  });
  const { endpoint } = frontDoor;
  const client = { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const kms = new KMSClient(client);
  const createKey = async () => {
    const key = new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    return (await kms.send(key)).KeyMetadata?.Arn ?? '';
  };
  return {
    clock,
    endpoint,
    dynamodb,
    kms,
    keyId: await createKey(),
    audit: new AuditTable(dynamodb, AUDIT_TABLE_NAME),
    createKey,
    close: async () => {
      dynamodb.destroy();
      kms.destroy();
      await Promise.all([frontDoor.close(), tables.close()]);
    },
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** An entry of a refresh, with what a test says different. */
export function anAuditEntry(differing: Partial<AuditEntry> = {}): AuditEntry {
  return {
    schemaVersion: 1,
    id: randomUUID(),
    connection: 'crm',
    at: '2026-11-23T03:00:00.000Z',
    operation: 'refresh',
    operationId: randomUUID(),
    outcome: 'succeeded',
    code: null,
    actor: { kind: 'schedule', id: 'tick', name: null },
    sourceAddress: null,
    requestId: 'request-1',
    reason: null,
    generation: 1,
    organizationId: null,
    fingerprint: '0123456789abcdef',
    replacedFingerprint: null,
    seal: null,
    ...differing,
  };
}

/** An entry, or how to make it of the chain's end so far. */
export type ChainLink = AuditEntry | ((head: AuditRecord) => AuditEntry);

/** The items of a chain. */
export function aChain(links: readonly ChainLink[]): AuditRecord[] {
  const items: AuditRecord[] = [];
  for (const link of links) {
    const head = items.at(-1) ?? null;
    const entry = typeof link === 'function' ? link(head as AuditRecord) : link;
    items.push(toAuditItem(linkEntry(entry, head)));
  }
  return items;
}

/** An anchor that seals a head under a key of the tests' own, which {@link verifyTestSeal} knows. */
export function anAnchor(head: ChainHead, differing: Partial<AuditEntry> = {}): AuditEntry {
  const { sequence, hash } = head;
  const seal = { sequence, hash, keyId: TEST_KEY, mac: testMac(differing.connection ?? 'crm', head) };
  const actor = { kind: 'schedule' as const, id: 'anchor', name: null };
  return anAuditEntry({
    operation: 'anchor',
    actor,
    generation: null,
    fingerprint: null,
    seal,
    ...differing,
  });
}

export async function verifyTestSeal(connection: string, seal: AuditSeal): Promise<SealVerdict> {
  if (seal.keyId !== TEST_KEY) return 'foreign';
  return seal.mac === testMac(connection, seal) ? 'valid' : 'invalid';
}

const TEST_KEY = 'arn:aws:kms:eu-central-1:000000000000:key/of-the-tests';

function testMac(connection: string, { sequence, hash }: ChainHead): string {
  return createHmac('sha256', 'known to the tests only')
    .update(`${connection}/${sequence}/${hash}`)
    .digest('base64');
}
