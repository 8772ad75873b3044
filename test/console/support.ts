import type { AuditEntryAnswer, ConnectionStatus } from '../../console/api/answers.ts';

export const NOW_MS = Date.parse('2026-11-23T03:00:00Z');
export const MINUTE_MS = 60_000;

/** A time that is so many minutes away from now. */
export function minutesFromNow(minutes: number): string {
  return new Date(NOW_MS + minutes * MINUTE_MS).toISOString();
}

/** A connection as the API answers it; healthy unless told otherwise. */
export function aStatus(over: Partial<ConnectionStatus> = {}): ConnectionStatus {
  return {
    connection: 'crm',
    health: 'healthy',
    accessTokenExpiresAt: minutesFromNow(31),
    consumersFineUntil: minutesFromNow(31),
    generation: 7,
    source: 'consent',
    organizationId: '60012345678',
    obtainedAt: '2026-10-01T08:00:00.000Z',
    renewalDueAt: null,
    lastSuccessAt: minutesFromNow(-29),
    lastFailure: null,
    consecutiveFailures: 0,
    nextAttemptAt: minutesFromNow(21),
    mintBudget: { scheduledLeft: 8, adminLeft: 10 },
    openIncident: null,
    backups: null,
    lastRecovery: null,
    lastHealthCheck: null,
    ...over,
  };
}

export function aFailure(
  failureClass: NonNullable<ConnectionStatus['lastFailure']>['failureClass'],
  at = minutesFromNow(-1),
): ConnectionStatus['lastFailure'] {
  return { at, failureClass, code: 'A_CODE', detail: 'What happened.', remedy: 'What to do.' };
}

export function anEntry(over: Partial<AuditEntryAnswer> = {}): AuditEntryAnswer {
  return {
    sequence: 12,
    id: 'an-id',
    connection: 'crm',
    at: minutesFromNow(-5),
    operation: 'refresh',
    operationId: 'an-operation',
    outcome: 'succeeded',
    code: null,
    actor: { kind: 'schedule', id: 'tick', name: null },
    sourceAddress: null,
    requestId: 'a-request',
    reason: null,
    generation: null,
    organizationId: null,
    fingerprint: null,
    replacedFingerprint: null,
    seal: null,
    previousHash: '0',
    hash: '1',
    ...over,
  };
}
