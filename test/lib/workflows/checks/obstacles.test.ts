import { describe, expect, it } from 'vitest';
import type { RecentChain } from '../../../../lib/audit/recent-chain.ts';
import type { CheckStatus } from '../../../../lib/domain/health-report.ts';
import { assessAuditChain } from '../../../../lib/workflows/checks/audit-chain.ts';
import { assessEmail, type MeasuredEmail } from '../../../../lib/workflows/checks/email.ts';
import { assessSecrets, type MeasuredSecret } from '../../../../lib/workflows/checks/secrets.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-23T03:00:00Z');
const PRIMARY = 'arn:aws:kms:eu-central-1:000000000000:key/primary';

describe('the secrets', () => {
  const secret = (differing: Partial<MeasuredSecret> = {}): MeasuredSecret => ({
    name: 'zoho/crm/credential',
    isClient: false,
    state: { kind: 'standing', keyId: PRIMARY, hasValue: true },
    isUnderPrimaryKey: true,
    ...differing,
  });
  const client = { name: 'zoho/clients/main', isClient: true };
  const empty = { kind: 'standing', keyId: PRIMARY, hasValue: false } as const;

  it.each<[string, Partial<MeasuredSecret>, CheckStatus, string]>([
    ['as they should be', {}, 'ok', ''],
    ['new and empty', { state: empty }, 'ok', ''],
    ['missing', { state: { kind: 'missing' } }, 'fail', 'sweep makes zoho/crm/credential anew'],
    [
      'about to be deleted',
      { state: { kind: 'deleting' } },
      'fail',
      'aws secretsmanager restore-secret --secret-id zoho/crm/credential',
    ],
    [
      'under another key',
      { isUnderPrimaryKey: false },
      'warn',
      `aws secretsmanager update-secret --secret-id zoho/crm/credential --kms-key-id ${PRIMARY}`,
    ],
    [
      'a missing client',
      { ...client, state: { kind: 'missing' } },
      'fail',
      'create-secret --name zoho/clients/main',
    ],
    [
      'an empty client',
      { ...client, state: empty },
      'fail',
      'put-secret-value --secret-id zoho/clients/main',
    ],
  ])('%s', (_, differing, status, remedy) => {
    const assessment = assessSecrets([secret(), secret(differing)], PRIMARY);
    expect(assessment.status).toBe(status);
    expect(assessment.remedy ?? '').toContain(remedy);
    expect(assessment.value).toBe(`${status === 'ok' ? '2 secrets' : '1 secret'} of 2 as expected`);
  });

  it('names every one that is not, the worst counting', () => {
    const other = secret({ name: 'zoho/crm/access-token', isUnderPrimaryKey: false });
    const { status, detail } = assessSecrets([secret({ state: { kind: 'deleting' } }), other], PRIMARY);
    expect(status).toBe('fail');
    expect(detail).toMatch(/credential is scheduled for deletion.*access-token is under/);
  });
});

describe('the audit’s chain', () => {
  const intact = { kind: 'intact', entries: 40, sealed: null } as const;
  const chain = (differing: Partial<RecentChain> = {}): RecentChain => ({
    verification: intact,
    firstSequence: 51,
    lastSequence: 90,
    anchoredAtMs: NOW_MS - 3 * HOUR_MS,
    sinceMs: NOW_MS - 30 * HOUR_MS,
    ...differing,
  });
  const fault = {
    connection: 'crm',
    sequence: 77,
    kind: 'broken',
    found: 'was changed: its hash is not that of its content',
    remedy: 'Compare.',
  } as const;

  it.each<[string, RecentChain | null, number | null, CheckStatus, string]>([
    ['intact and sealed', chain(), 88, 'ok', '40 entries intact, sealed 3 hours ago'],
    ['sealed a day ago', chain({ anchoredAtMs: NOW_MS - 25 * HOUR_MS }), 88, 'ok', 'sealed 25 hours ago'],
    [
      'not sealed today',
      chain({ anchoredAtMs: NOW_MS - 25 * HOUR_MS - 1 }),
      88,
      'warn',
      'sealed 25 hours ago',
    ],
    ['empty', null, null, 'ok', 'no entries'],
    ['young', chain({ anchoredAtMs: null, sinceMs: NOW_MS - HOUR_MS }), 88, 'ok', 'not sealed yet'],
    ['never sealed', chain({ anchoredAtMs: null }), 88, 'warn', '40 entries intact, not sealed'],
    [
      'at fault',
      chain({ verification: { kind: 'faulty', fault } }),
      88,
      'fail',
      'fault at entry 77 (broken)',
    ],
    ['cut off', chain(), 91, 'fail', 'ends at entry 90'],
    ['emptied', null, 3, 'fail', 'ends at entry 0'],
    ['not remembered', chain(), null, 'ok', '40 entries intact'],
  ])('%s', (_, recent, rememberedSequence, status, value) => {
    const assessment = assessAuditChain({ connection: 'crm', rememberedSequence }, recent, NOW_MS);
    expect(assessment.status).toBe(status);
    expect(assessment.value).toContain(value);
    if (status === 'fail') expect(assessment.remedy).toContain('npm run audit:verify -- --connection crm');
    if (status === 'warn') expect(assessment.remedy).toContain('AUDIT_ANCHOR_FAILED');
  });
});

describe('e-mail', () => {
  const team = {
    address: 'team@x.example',
    severities: ['warning', 'notice', 'security'],
    suppression: null,
  } as const;
  const onCall = { address: 'on-call@x.example', severities: ['critical'], suppression: null } as const;
  const both = { ...team, address: 'lead@x.example' } as const;
  const suppressed = { suppression: { reason: 'BOUNCE' } };
  const sender = { address: 'keeper@x.example', isVerified: true, isKnown: true };
  const fine: MeasuredEmail = {
    account: { isSending: true, isInSandbox: false },
    sender,
    recipients: [team, both, onCall],
  };

  it.each<[string, Partial<MeasuredEmail>, CheckStatus, string]>([
    ['all fine', {}, 'ok', ''],
    [
      'a paused account',
      { account: { isSending: false, isInSandbox: false } },
      'fail',
      'aws sesv2 put-account-sending-attributes --sending-enabled',
    ],
    [
      'the sandbox',
      { account: { isSending: true, isInSandbox: true } },
      'warn',
      'aws sesv2 put-account-details --production-access-enabled',
    ],
    [
      'an unknown sender',
      { sender: { ...sender, isVerified: false, isKnown: false } },
      'fail',
      'aws sesv2 create-email-identity --email-identity keeper@x.example',
    ],
    [
      'a sender that waits to be verified',
      { sender: { ...sender, isVerified: false } },
      'fail',
      'aws ses verify-email-identity --email-address keeper@x.example',
    ],
    [
      'one suppressed recipient of two',
      { recipients: [{ ...team, ...suppressed }, both, onCall] },
      'warn',
      'aws sesv2 delete-suppressed-destination --email-address team@x.example',
    ],
    [
      'a severity that nobody would read',
      { recipients: [team, both, { ...onCall, ...suppressed }] },
      'fail',
      'aws sesv2 delete-suppressed-destination --email-address on-call@x.example',
    ],
  ])('%s', (_, differing, status, remedy) => {
    const assessment = assessEmail({ ...fine, ...differing });
    expect(assessment.status).toBe(status);
    expect(assessment.remedy ?? '').toContain(remedy);
  });
});
