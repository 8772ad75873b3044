import * as z from 'zod/mini';
import { drillRecordSchema } from './restore-drill.ts';

/** How one check came out, best first. */
export const CHECK_STATUSES = ['ok', 'warn', 'fail'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** What a health check looks at. */
export const CHECK_NAMES = [
  'credential',
  'backupTable',
  'backupBucket',
  'probe',
  'minutesLeft',
  'lastSuccess',
  'lastDay',
  'renewal',
  'refreshTokenSlots',
  'stagedLeftovers',
  'primaryKey',
  'backupKey',
  'secrets',
  'auditChain',
  'email',
  'restoreDrill',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** The value of what could not be measured: that it fails says nothing of what was to be looked at. */
export const NOT_MEASURED = 'not measured';

/** One thing that was looked at. Holds no secret. */
export const checkSchema = z.object({
  name: z.enum(CHECK_NAMES),
  status: z.enum(CHECK_STATUSES),
  /** What was measured, with its unit, such as `52 minutes`. */
  value: z.string(),
  /** What it is to be, such as `at least 8 minutes`. */
  limit: z.string(),
  /** What that means, in a sentence. */
  detail: z.string(),
  /** What to do; null when there is nothing to do. */
  remedy: z.nullable(z.string()),
});
export type Check = z.infer<typeof checkSchema>;

/** How far back an admin may look at the reports at once. */
export const LONGEST_RANGE_MS = 31 * 86_400_000;

/** What set a health check off. */
export const CHECK_TRIGGERS = ['schedule', 'change', 'admin'] as const;
export type CheckTrigger = (typeof CHECK_TRIGGERS)[number];

/** What one health check of one connection found. */
export const healthReportSchema = z.object({
  schemaVersion: z.literal(1),
  connection: z.string().check(z.minLength(1)),
  /** In ms since the epoch. */
  atMs: z.number().check(z.gte(0), z.lte(8.64e15)),
  trigger: z.enum(CHECK_TRIGGERS),
  /** The worst of its checks. */
  status: z.enum(CHECK_STATUSES),
  checks: z.array(checkSchema),
  /** The restore drills so far; null before the first. */
  drill: z.nullable(drillRecordSchema),
});
export type HealthReport = z.infer<typeof healthReportSchema>;

/** Whether a check found something wrong, as opposed to having found out nothing. */
export function isFaulty({ status, value }: Check): boolean {
  return status === 'fail' && value !== NOT_MEASURED;
}

/** The worst of some checks; `ok` where there is none. */
export function worstStatus(checks: readonly Pick<Check, 'status'>[]): CheckStatus {
  return CHECK_STATUSES.findLast((status) => checks.some((check) => check.status === status)) ?? 'ok';
}
