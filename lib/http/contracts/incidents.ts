import * as z from 'zod/mini';
import { FAILURE_CLASSES } from '../../domain/failure.ts';
import { HEALTHS } from '../../domain/health.ts';
import { defineContract } from '../contract.ts';
import { connectionField, timeAnswer, timeOrNeverAnswer } from './fields.ts';

const incident = z
  .object({
    id: z.string(),
    connection: z.string(),
    openedAt: timeAnswer,
    closedAt: timeOrNeverAnswer.check(z.meta({ description: 'Null while it is open.' })),
    durationS: z.nullable(z.int()).check(z.meta({ description: 'In seconds; null while it is open.' })),
    health: z.enum(HEALTHS).check(z.meta({ description: 'The worst that the connection was.' })),
    code: z.string().check(z.meta({ description: 'What it began with.' })),
    cause: z.nullable(z.enum(FAILURE_CLASSES)).check(
      z.meta({
        description:
          'What it came of: dead needs a person’s consent, misconfigured an operator, store is AWS, throttled and transient pass.',
      }),
    ),
    minutesWithoutToken: z.int().check(
      z.meta({
        description: 'For how long consumers were without a valid token; so far, while it is open.',
      }),
    ),
    timeline: z.readonly(
      z.array(z.object({ at: timeAnswer, health: z.enum(HEALTHS), code: z.string(), detail: z.string() })),
    ),
  })
  .check(z.meta({ id: 'Incident' }));

export const INCIDENTS = defineContract({
  method: 'GET',
  path: '/api/zoho/incidents',
  summary: 'When connections were not healthy',
  description: 'The last 20 incidents of each connection, newest first, each with its timeline.',
  query: z.strictObject({ connection: z.optional(connectionField) }),
  body: null,
  success: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({ incidents: z.array(incident) }),
  },
  problems: ['invalid-request', 'unknown-connection'],
});
