import { describe, expect, it } from 'vitest';
import type { CheckStatus } from '../../../../lib/domain/health-report.ts';
import type { DrillRecord } from '../../../../lib/domain/restore-drill.ts';
import { BackupUnusableError } from '../../../../lib/vault/backup-faults.ts';
import type { CredentialVersion } from '../../../../lib/vault/credential-version.ts';
import { SecretUnusableError } from '../../../../lib/vault/secret-document.ts';
import type { Assessment } from '../../../../lib/workflows/checks/assessment.ts';
import { assessBackup, type MeasuredBackup } from '../../../../lib/workflows/checks/backup.ts';
import { assessCredential } from '../../../../lib/workflows/checks/credential.ts';
import { assessKey } from '../../../../lib/workflows/checks/keys.ts';
import { assessSlots, countSlots } from '../../../../lib/workflows/checks/refresh-token-slots.ts';
import { assessLastDay, assessLastSuccess } from '../../../../lib/workflows/checks/refreshes.ts';
import { assessRenewal } from '../../../../lib/workflows/checks/renewal.ts';
import { assessDrill } from '../../../../lib/workflows/checks/restore-drill.ts';
import { assessLeftovers } from '../../../../lib/workflows/checks/staged-leftovers.ts';
import { assessMinutesLeft, assessProbe } from '../../../../lib/workflows/checks/token.ts';
import { aConnection, aCredential, aState } from '../../../support/builders.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NOW_MS = Date.parse('2026-11-23T03:00:00Z');

/** What was found, with its value; and that there is a remedy just where there has to be one. */
function found(assessment: Assessment): [CheckStatus, string] {
  const { status, value, detail, remedy } = assessment;
  expect(remedy === null).toBe(status === 'ok');
  expect(detail).toMatch(/\.$/);
  return [status, value];
}

const usable = (
  differing: Partial<Extract<CredentialVersion, { kind: 'usable' }>> = {},
): CredentialVersion => ({
  kind: 'usable',
  versionId: 'v1',
  createdAtMs: NOW_MS,
  credential: aCredential({ generation: 7 }),
  ...differing,
});
const unusable = (
  code: ConstructorParameters<typeof SecretUnusableError>[0],
  versionId: string | null = null,
): CredentialVersion => ({
  kind: 'unusable',
  versionId,
  fault: new SecretUnusableError(code, 'It is not as it should be.', 'Mend it.'),
});

describe('the credential', () => {
  const of = (current: CredentialVersion, generation: number | null) =>
    assessCredential(current, { connection: 'crm', generation });

  it('is there, or not, or of no use', () => {
    expect(found(of(usable(), 7))).toEqual(['ok', 'generation 7']);
    expect(found(of(unusable('SECRET_NOT_JSON', 'v1'), 7))).toEqual(['fail', 'SECRET_NOT_JSON']);
    expect(found(of(unusable('SECRET_MISSING'), null))).toEqual(['fail', 'none']);
    expect(found(of(unusable('SECRET_MISSING'), 7))).toEqual(['fail', 'lost']);
  });

  it('sends nobody to consent while a backup may have it', () => {
    expect(of(unusable('SECRET_MISSING'), 7).remedy).not.toContain('emergency-reauth');
    expect(of(unusable('SECRET_MISSING'), null).remedy).toContain('POST /api/zoho/emergency-reauth');
  });
});

describe('a backup', () => {
  const fault = new BackupUnusableError('BACKUP_TAMPERED', 'It was changed.', 'Look.');
  const copy = { kind: 'found', generation: 7, isSameCredential: true, isSameClient: true } as const;

  it.each<[MeasuredBackup, CheckStatus, string]>([
    [copy, 'ok', 'generation 7'],
    [{ ...copy, isSameCredential: null }, 'warn', 'generation 7'],
    [{ kind: 'nothingToBackUp' }, 'warn', 'none'],
    [{ ...copy, isSameCredential: false }, 'fail', 'generation 7, another'],
    [{ ...copy, isSameClient: false }, 'warn', 'generation 7, another client'],
    [{ kind: 'missing', generation: 7 }, 'fail', 'no generation 7'],
    [{ kind: 'unusable', generation: 7, fault }, 'fail', 'generation 7, unusable'],
  ])('%j is %s', (measured, status, value) => {
    expect(found(assessBackup('table', measured))).toEqual([status, value]);
    expect(found(assessBackup('bucket', measured))).toEqual([status, value]);
  });
});

describe('the published token', () => {
  it.each([
    [{ kind: 'accepted', organizationId: '60001' }, 'ok'],
    [{ kind: 'accepted', organizationId: null }, 'ok'],
    [{ kind: 'accepted', organizationId: '60002' }, 'fail'],
    [{ kind: 'throttled' }, 'warn'],
    [{ kind: 'transient', reason: 'HTTP 503' }, 'warn'],
    [{ kind: 'rejected', reason: 'invalidToken', code: 'INVALID_TOKEN' }, 'fail'],
    [{ kind: 'rejected', reason: 'scopeMismatch', code: 'OAUTH_SCOPE_MISMATCH' }, 'fail'],
    [null, 'fail'],
  ] as const)('at Zoho: %j is %s', (outcome, status) => {
    expect(found(assessProbe(outcome, '60001'))[0]).toBe(status);
  });

  it('is of any organisation while none is pinned', () => {
    expect(found(assessProbe({ kind: 'accepted', organizationId: '60002' }, null))[0]).toBe('ok');
  });

  it.each([
    [60, 'ok', '60 minutes'],
    [8, 'ok', '8 minutes'],
    [7.99, 'warn', '7 minutes'],
    [0.5, 'warn', '0 minutes'],
    [0, 'fail', '0 minutes'],
    [-5, 'fail', '-5 minutes'],
    [null, 'fail', 'no token'],
  ] as const)('with %d minutes left is %s', (minutes, status, value) => {
    const expiresAtMs = minutes === null ? null : NOW_MS + minutes * MINUTE_MS;
    expect(found(assessMinutesLeft(expiresAtMs, NOW_MS))).toEqual([status, value]);
  });
});

describe('refreshes', () => {
  it.each([
    [0, 'ok', '0 minutes ago'],
    [60, 'ok', '60 minutes ago'],
    [60.1, 'fail', '60 minutes ago'],
    [-1, 'ok', '0 minutes ago'],
    [-6, 'fail', '2026-11-23T03:06:00.000Z'],
    [null, 'fail', 'never'],
  ] as const)('of which the last one is %d minutes ago: %s', (minutes, status, value) => {
    const atMs = minutes === null ? null : NOW_MS - minutes * MINUTE_MS;
    expect(found(assessLastSuccess(atMs, NOW_MS))).toEqual([status, value]);
  });

  it.each([
    [29, 0, 'ok', '29 refreshes, 0 failures'],
    [1, 0, 'ok', '1 refresh, 0 failures'],
    [28, 1, 'warn', '28 refreshes, 1 failure'],
    [3, 3, 'warn', '3 refreshes, 3 failures'],
    [0, 0, 'warn', '0 refreshes, 0 failures'],
    [3, 4, 'warn', '3 refreshes, 4 failures'],
  ] as const)('of a day: %i that succeeded and %i that failed are %s', (succeeded, failed, status, value) => {
    expect(found(assessLastDay('crm', { succeeded, failed, isComplete: true }))).toEqual([status, value]);
  });

  it('says so when there may be more than were counted', () => {
    const { value } = assessLastDay('crm', { succeeded: 900, failed: 0, isComplete: false });
    expect(value).toBe('at least 900 refreshes, 0 failures');
  });
});

describe('a renewal', () => {
  const policy = { renewEveryDays: 90, warnDaysBefore: [7, 3, 1] };
  it.each([
    [80, 'ok', '10 days left'],
    [83, 'warn', '7 days left'],
    [89.5, 'warn', '0 days left'],
    [90, 'fail', '0 days overdue'],
    [92, 'fail', '2 days overdue'],
  ] as const)('%d days after the consent is %s', (days, status, value) => {
    expect(found(assessRenewal(policy, NOW_MS - days * DAY_MS, NOW_MS))).toEqual([status, value]);
  });

  it('is nobody’s business without a policy, and unknown without a consent', () => {
    expect(found(assessRenewal({ ...policy, renewEveryDays: null }, null, NOW_MS))).toEqual([
      'ok',
      'no policy',
    ]);
    expect(found(assessRenewal(policy, null, NOW_MS))).toEqual(['warn', 'not known']);
  });

  it('is not warned of all the time where the policy is shorter than the warning', () => {
    const weekly = { renewEveryDays: 5, warnDaysBefore: [7, 1] };
    expect(found(assessRenewal(weekly, NOW_MS - DAY_MS, NOW_MS))[0]).toBe('ok');
    expect(found(assessRenewal(weekly, NOW_MS - 4 * DAY_MS, NOW_MS))[0]).toBe('warn');
  });
});

describe('the refresh tokens of a client', () => {
  it('are those that run, were replaced and not revoked, and are staged, over all its connections', () => {
    const connections = ['a', 'b', 'c', 'd'].map((id) => aConnection({ id }));
    connections.push(aConnection({ id: 'e', client: 'other' }));
    const states = new Map([
      ['a', aState()],
      ['b', aState({ superseded: { versionIds: ['v1', 'v2'], revokeAtMs: NOW_MS } })],
      ['c', aState({ hasStagedCredential: true })],
      // Never ran: what the state says of a staged credential is not known.
      ['d', aState({ generation: null, hasStagedCredential: true })],
      ['e', aState()],
    ]);
    expect(countSlots('main', connections, states)).toBe(1 + 3 + 2);
    expect(countSlots('other', connections, states)).toBe(1);
    expect(
      countSlots('main', connections, new Map([['d', aState({ generation: null, stagedAtMs: 1 })]])),
    ).toBe(1);
  });

  it.each([
    [14, 'ok'],
    [15, 'warn'],
    [18, 'warn'],
    [19, 'fail'],
    [25, 'fail'],
  ] as const)('%i are %s', (slots, status) => {
    expect(found(assessSlots('main', slots))).toEqual([status, `at least ${slots} of 20`]);
  });
});

describe('what is staged', () => {
  const of = (staged: CredentialVersion) =>
    found(assessLeftovers('crm', { staged, current: usable({ versionId: 'v1' }) }, NOW_MS));
  const since = (minutes: number) => usable({ versionId: 'v2', createdAtMs: NOW_MS - minutes * MINUTE_MS });

  it('is nothing, or new, or left over', () => {
    expect(of(unusable('SECRET_MISSING'))).toEqual(['ok', 'none']);
    // Secrets Manager leaves the label on what was promoted.
    expect(of(usable({ versionId: 'v1', createdAtMs: 0 }))).toEqual(['ok', 'none']);
    expect(of(since(10))).toEqual(['ok', 'generation 7, for 10 minutes']);
    expect(of(since(11))).toEqual(['warn', 'generation 7, for 11 minutes']);
    expect(of(unusable('SECRET_NOT_JSON', 'v2'))).toEqual(['warn', 'SECRET_NOT_JSON']);
  });
});

describe('a key', () => {
  it.each([
    ['Enabled', 'ok', ''],
    ['Disabled', 'fail', 'aws kms enable-key --key-id arn'],
    ['PendingDeletion', 'fail', 'aws kms cancel-key-deletion --key-id arn'],
    ['NotFound', 'fail', 'lost for good'],
    ['PendingImport', 'fail', 'aws kms describe-key --key-id arn'],
  ] as const)('that is %s: %s', (state, status, remedy) => {
    for (const which of ['primary', 'backup'] as const) {
      const assessment = assessKey(which, 'arn', { state });
      expect(found(assessment)).toEqual([status, state]);
      expect(assessment.remedy ?? '').toContain(remedy);
    }
  });
});

describe('the restore drill', () => {
  const record = (daysAgo: number, failure: DrillRecord['latest']['failure'] = null): DrillRecord => ({
    latest: { atMs: NOW_MS - daysAgo * DAY_MS, store: 'bucket', failure },
    lastSuccessAtMs: NOW_MS - daysAgo * DAY_MS,
  });
  const failure = { code: 'CREDENTIAL_DEAD', detail: 'It is dead.', remedy: 'Consent anew.' };

  it.each<[DrillRecord | null, string | null, CheckStatus, string]>([
    [record(8), null, 'ok', '8 days ago, from the bucket'],
    [record(8), 'Not tried now: busy.', 'ok', '8 days ago, from the bucket'],
    [record(8.1), null, 'warn', '8 days ago, from the bucket'],
    [null, 'Not tried now: the connection is not healthy.', 'warn', 'never'],
    [record(1, failure), null, 'fail', 'failed, from the bucket'],
  ])('%j, skipped: %s', (remembered, skipped, status, value) => {
    const assessment = assessDrill({ record: remembered, skipped }, NOW_MS);
    expect(found(assessment)).toEqual([status, value]);
    expect(assessment.detail).toContain(skipped ?? '');
  });
});
