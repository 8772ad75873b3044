import * as z from 'zod/mini';
import { BACKUP_STORES } from '../../domain/backup.ts';
import { CREDENTIAL_PLACES, CREDENTIAL_SOURCES } from '../../domain/credential.ts';
import { FAILURE_CLASSES } from '../../domain/failure.ts';
import { HEALTHS } from '../../domain/health.ts';
import { CHECK_STATUSES } from '../../domain/health-report.ts';
import { PROBE_OUTCOMES } from '../../domain/published-probe.ts';
import { defineContract } from '../contract.ts';
import { connectionField, flagField, timeAnswer, timeOrNeverAnswer } from './fields.ts';
import { healthCheckAnswer } from './health-check.ts';

const connectionStatus = z
  .object({
    connection: z.string(),
    health: z.enum(HEALTHS).check(
      z.meta({
        description:
          'degraded: attempts fail, consumers still hold a valid token. down: they hold none, or the refresh token is dead.',
      }),
    ),
    accessTokenExpiresAt: timeOrNeverAnswer,
    consumersFineUntil: timeOrNeverAnswer.check(
      z.meta({
        description: 'Until when consumers hold a valid token; null when they hold none.',
      }),
    ),
    generation: z.nullable(z.int()).check(z.meta({ description: 'Grows by one with each new credential.' })),
    source: z
      .nullable(z.enum(CREDENTIAL_SOURCES))
      .check(z.meta({ description: 'How the credential came here.' })),
    organizationId: z.nullable(z.string()),
    obtainedAt: timeOrNeverAnswer,
    renewalDueAt: timeOrNeverAnswer.check(
      z.meta({
        description: 'When a person is to consent anew, by the connection’s renewEveryDays.',
      }),
    ),
    lastSuccessAt: timeOrNeverAnswer,
    lastFailure: z
      .nullable(
        z.object({
          at: timeAnswer,
          failureClass: z.enum(FAILURE_CLASSES),
          code: z.string(),
          detail: z.string(),
          remedy: z.string().check(z.meta({ description: 'What to do.' })),
        }),
      )
      .check(z.meta({ description: 'Stays when a later attempt succeeds: compare it with lastSuccessAt.' })),
    consecutiveFailures: z.int(),
    nextAttemptAt: timeOrNeverAnswer,
    mintBudget: z.object({ scheduledLeft: z.int(), adminLeft: z.int() }).check(
      z.meta({
        description: 'How many mints are left within ten minutes, for the schedules and for admins.',
      }),
    ),
    openIncident: z.nullable(z.string()),
    backups: z
      .nullable(z.object({ stores: z.readonly(z.array(z.enum(BACKUP_STORES))), checkedAt: timeAnswer }))
      .check(z.meta({ description: 'Where the running credential is backed up, as of the last look.' })),
    lastRecovery: z
      .nullable(
        z.object({
          at: timeAnswer,
          from: z.enum(CREDENTIAL_PLACES),
          repairs: z.readonly(z.array(z.string())),
        }),
      )
      .check(
        z.meta({
          description:
            'When something that was lost, or of no use, came back last: where the credential was found, and what was repaired.',
        }),
      ),
    lastHealthCheck: z
      .nullable(
        z.object({
          at: timeAnswer,
          status: z.enum(CHECK_STATUSES),
          checks: z.readonly(z.array(healthCheckAnswer)),
        }),
      )
      .check(z.meta({ description: 'What the latest health check found; null before the first.' })),
    probe: z
      .optional(
        z.object({
          outcome: z.enum(PROBE_OUTCOMES),
          code: z.nullable(z.string()),
          organizationId: z.nullable(z.string()),
        }),
      )
      .check(
        z.meta({
          description: 'What Zoho says of the published token at this moment; with ?probe=true only.',
        }),
      ),
  })
  .check(z.meta({ id: 'ConnectionStatus' }));

export const STATUS = defineContract({
  method: 'GET',
  path: '/api/zoho/status',
  summary: 'How the connections are doing',
  description: 'Reads the state that every attempt leaves behind. With `probe=true` Zoho is asked as well.',
  query: z.strictObject({
    connection: z.optional(connectionField),
    probe: z
      .optional(flagField)
      .check(z.meta({ description: 'Whether to try the published tokens at Zoho.' })),
  }),
  body: null,
  success: {
    status: 200,
    description: 'One entry for each connection, in the order of the configuration.',
    schema: z.object({ connections: z.array(connectionStatus) }),
  },
  problems: ['invalid-request', 'unknown-connection'],
});
