import * as z from 'zod/mini';
import {
  CHECK_STATUSES,
  CHECK_TRIGGERS,
  checkSchema,
  type HealthReport,
  LONGEST_RANGE_MS,
} from '../../domain/health-report.ts';
import { defineContract } from '../contract.ts';
import { auditRecordedAnswer, connectionField, timeAnswer, timeField } from './fields.ts';
import { OPERATION_PROBLEMS } from './operation-problems.ts';

const PATH = '/api/zoho/health-check';

/** As many as one answer has room for. */
export const MOST_REPORTS = 500;

export const healthCheckAnswer = checkSchema.check(z.meta({ id: 'HealthCheck' }));

const reportFields = z.object({
  connection: z.string(),
  at: timeAnswer,
  trigger: z.enum(CHECK_TRIGGERS).check(
    z.meta({
      description:
        'schedule: the daily check. change: the connection’s health changed. admin: somebody asked.',
    }),
  ),
  status: z.enum(CHECK_STATUSES).check(z.meta({ description: 'The worst of its checks.' })),
  checks: z.array(healthCheckAnswer),
});
const report = reportFields.check(z.meta({ id: 'HealthReport' }));

/** A report as admins see it. */
export function toReportAnswer({
  connection,
  atMs,
  trigger,
  status,
  checks,
}: HealthReport): z.output<typeof report> {
  return { connection, at: new Date(atMs).toISOString(), trigger, status, checks };
}

export const HEALTH_CHECK = defineContract({
  method: 'POST',
  path: PATH,
  summary: 'Check the health of connections now',
  description:
    'Looks at credentials, backups, the published token, keys, secrets, the audit and e-mail, each with what to do where it is not as it should be. Without a connection, at all of them.',
  query: z.strictObject({}),
  body: z.strictObject({ connection: z.optional(connectionField) }),
  success: {
    status: 200,
    description: 'One report for each connection.',
    schema: z.object({
      reports: z.array(
        z.extend(reportFields, {
          isKept: z.boolean().check(z.meta({ description: 'Whether it stands in the history as well.' })),
        }),
      ),
      deferred: z.array(z.string()).check(z.meta({ description: 'Connections that no time was left for.' })),
      auditRecorded: auditRecordedAnswer,
    }),
  },
  problems: OPERATION_PROBLEMS,
});

const RANGE = 'expected a time from `from` to `to` of at most 31 days';

export const HEALTH_HISTORY = defineContract({
  method: 'GET',
  path: PATH,
  summary: 'What earlier health checks found',
  description: `Newest first, of at most 31 days: the last ones unless told otherwise. At most ${MOST_REPORTS} reports: ask for a shorter time, or for one connection, where isComplete is false.`,
  query: z
    .strictObject({
      connection: z.optional(connectionField),
      from: z
        .optional(timeField)
        .check(z.meta({ description: 'Inclusive.', example: '2026-01-01T00:00:00Z' })),
      to: z.optional(timeField).check(z.meta({ description: 'Inclusive.', example: '2026-01-31T00:00:00Z' })),
    })
    .check(({ value: { from, to }, issues }) => {
      if (from === undefined || to === undefined) return;
      if (from <= to && to - from <= LONGEST_RANGE_MS) return;
      issues.push({ code: 'custom', path: ['from'], message: RANGE, input: null });
    }),
  body: null,
  success: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({
      reports: z.array(report),
      isComplete: z.boolean().check(z.meta({ description: 'Whether these are all of that time.' })),
    }),
  },
  problems: ['invalid-request', 'unknown-connection'],
});

/**
 * The time that a request asks for.
 *
 * @param asked in ms since the epoch
 */
export function historyRange(
  { from, to }: { from?: number | undefined; to?: number | undefined },
  nowMs: number,
): { fromMs: number; toMs: number } {
  const toMs = to ?? (from === undefined ? nowMs : Math.min(nowMs, from + LONGEST_RANGE_MS));
  return { fromMs: from ?? Math.max(0, toMs - LONGEST_RANGE_MS), toMs };
}
