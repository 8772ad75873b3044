import type { MessageKind } from '../domain/alert.ts';

/** The runbooks that e-mails lead to: files in docs/runbooks, without their ending. */
export const RUNBOOKS = [
  'connection-degraded',
  'connection-down',
  'connection-flapping',
  'connection-recovered',
  'renewal-due',
  'credential-renewed',
  'credential-replaced',
  'recovered-from-backup',
  'backup-rewritten',
  'rate-limited',
  'audit-broken',
  'daily-digest',
] as const;
export type RunbookName = (typeof RUNBOOKS)[number];

/** Which runbook says what to do about a message. */
export const RUNBOOK_OF: Readonly<Record<MessageKind, RunbookName>> = {
  degraded: 'connection-degraded',
  down: 'connection-down',
  flapping: 'connection-flapping',
  recovered: 'connection-recovered',
  renewalDue: 'renewal-due',
  renewed: 'credential-renewed',
  credentialReplaced: 'credential-replaced',
  recoveredFromBackup: 'recovered-from-backup',
  backupRewritten: 'backup-rewritten',
  rateLimited: 'rate-limited',
  auditBroken: 'audit-broken',
  digest: 'daily-digest',
};
