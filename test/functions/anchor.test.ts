import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readAuditKeyId } from '../../lib/config/environment.ts';
import { EnvironmentError } from '../../lib/config/parse-environment.ts';
import { UNATTRIBUTED } from '../../lib/domain/audit-entry.ts';
import { type AuditCloud, anAuditEntry, startAuditCloud } from '../support/audit.ts';
import { ALERTS, aConnection } from '../support/builders.ts';
import { AUDIT_TABLE_NAME, STATE_TABLE_NAME } from '../support/dynamodb.ts';

const CHAINS = ['crm', 'books', UNATTRIBUTED];
const CONTEXT = { awsRequestId: 'request-of-lambda' } as Context;

let cloud: AuditCloud;
let folder: string;
beforeAll(async () => {
  cloud = await startAuditCloud();
  folder = mkdtempSync(join(tmpdir(), 'anchor-'));
  const connections = [aConnection({ id: 'crm' }), aConnection({ id: 'books' })];
  writeFileSync(join(folder, 'connections.json'), JSON.stringify({ connections, alerts: ALERTS }));
  for (const connection of CHAINS) {
    await cloud.audit.append(anAuditEntry({ connection, at: new Date().toISOString() }), null);
  }
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  const environment = {
    STATE_TABLE_NAME,
    AUDIT_TABLE_NAME,
    AUDIT_KEY_ID: cloud.keyId,
    CONFIGURATION_FILE: 'connections.json',
    LAMBDA_TASK_ROOT: folder,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: cloud.endpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const headOf = (connection: string) => cloud.audit.readHead(connection);

describe('the anchor function', () => {
  it('seals the chain of every connection, and of what belongs to none; doubled, it does nothing more', async () => {
    const { handler } = await import('../../functions/anchor/handler.ts');
    await handler({}, CONTEXT);
    await handler({}, CONTEXT);
    for (const connection of CHAINS) {
      expect(await headOf(connection)).toMatchObject({
        sequence: 2,
        entry: {
          operation: 'anchor',
          requestId: 'request-of-lambda',
          seal: { sequence: 1, keyId: cloud.keyId },
        },
      });
    }
  });

  it('fails its invocation for a chain that it could not seal, so that Lambda repeats it', async () => {
    const { handler } = await import('../../functions/anchor/handler.ts');
    await cloud.audit.append(anAuditEntry({ connection: 'books', at: new Date().toISOString() }), null);
    await cloud.kms.send(new DisableKeyCommand({ KeyId: cloud.keyId }));
    await expect(handler({}, CONTEXT)).rejects.toMatchObject({
      code: 'AUDIT_ANCHOR_FAILED',
      message: expect.stringContaining('of books were not sealed'),
    });
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
  ])('refuses an environment whose AUDIT_KEY_ID is %s, by that name', (_, value) => {
    expect(() => readAuditKeyId({ AUDIT_KEY_ID: value })).toThrow(EnvironmentError);
    expect(() => readAuditKeyId({ AUDIT_KEY_ID: value })).toThrow('AUDIT_KEY_ID');
  });
});
