import type { AUDIT } from '../../lib/http/contracts/audit.ts';
import type { AUDIT_VERIFICATION } from '../../lib/http/contracts/audit-verification.ts';
import type { BACKUPS } from '../../lib/http/contracts/backups.ts';
import type { EMERGENCY_REAUTH } from '../../lib/http/contracts/emergency-reauth.ts';
import type { HEALTH_CHECK } from '../../lib/http/contracts/health-check.ts';
import type { INCIDENTS } from '../../lib/http/contracts/incidents.ts';
import type { MANUAL_TOKEN_UPDATE } from '../../lib/http/contracts/manual-token-update.ts';
import type { REFRESH } from '../../lib/http/contracts/refresh.ts';
import type { RESTORE } from '../../lib/http/contracts/restore.ts';
import type { STATUS } from '../../lib/http/contracts/status.ts';

/** The contracts of the routes that the console uses. */
export interface Contracts {
  readonly status: typeof STATUS;
  readonly audit: typeof AUDIT;
  readonly backups: typeof BACKUPS;
  readonly incidents: typeof INCIDENTS;
  readonly reauthorize: typeof EMERGENCY_REAUTH;
  readonly update: typeof MANUAL_TOKEN_UPDATE;
  readonly refresh: typeof REFRESH;
  readonly restore: typeof RESTORE;
  readonly checkHealth: typeof HEALTH_CHECK;
  readonly verify: typeof AUDIT_VERIFICATION;
}

export type RouteName = keyof Contracts;

/** Their methods and paths: the compiler holds them to the contracts. */
export const ROUTES: {
  readonly [R in RouteName]: Pick<Contracts[R], 'method' | 'path'>;
} = {
  status: { method: 'GET', path: '/api/zoho/status' },
  audit: { method: 'GET', path: '/api/zoho/audit' },
  backups: { method: 'GET', path: '/api/zoho/backups' },
  incidents: { method: 'GET', path: '/api/zoho/incidents' },
  reauthorize: { method: 'POST', path: '/api/zoho/emergency-reauth' },
  update: { method: 'POST', path: '/api/zoho/manual-token-update' },
  refresh: { method: 'POST', path: '/api/zoho/refresh' },
  restore: { method: 'POST', path: '/api/zoho/restore' },
  verify: { method: 'GET', path: '/api/zoho/audit/verification' },
  checkHealth: { method: 'POST', path: '/api/zoho/health-check' },
};
