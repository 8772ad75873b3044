import type { AnswerOf } from '../../lib/http/contract.ts';
import type { AUDIT } from '../../lib/http/contracts/audit.ts';
import type { AUDIT_VERIFICATION } from '../../lib/http/contracts/audit-verification.ts';
import type { BACKUPS } from '../../lib/http/contracts/backups.ts';
import type { HEALTH_CHECK } from '../../lib/http/contracts/health-check.ts';
import type { INCIDENTS } from '../../lib/http/contracts/incidents.ts';
import type { STATUS } from '../../lib/http/contracts/status.ts';

/** What the API's contracts say of what the console shows. */
export type ConnectionStatus = AnswerOf<typeof STATUS>['connections'][number];
export type Failure = NonNullable<ConnectionStatus['lastFailure']>;
export type Check = NonNullable<ConnectionStatus['lastHealthCheck']>['checks'][number];
export type CheckStatus = Check['status'];
export type AuditPageAnswer = AnswerOf<typeof AUDIT>;
export type AuditEntryAnswer = AuditPageAnswer['entries'][number];
export type IncidentAnswer = AnswerOf<typeof INCIDENTS>['incidents'][number];
export type BackupAnswer = AnswerOf<typeof BACKUPS>['backups'][number];
export type ReportAnswer = AnswerOf<typeof HEALTH_CHECK>['reports'][number];
export type VerificationAnswer = AnswerOf<typeof AUDIT_VERIFICATION>;
