import * as z from 'zod/mini';
import { defineContract } from '../contract.ts';
import {
  auditRecordedAnswer,
  connectionField,
  organizationIdField,
  reasonField,
  timeOrNeverAnswer,
} from './fields.ts';
import { MINTING_PROBLEMS, OPERATION_PROBLEMS } from './operation-problems.ts';

export const RESTORE = defineContract({
  method: 'POST',
  path: '/api/zoho/restore',
  summary: 'Go back to an earlier credential',
  description:
    'Takes a generation out of the backups and proves it at Zoho; only then it becomes current, under a new generation. What it takes the place of stays in the backups and is not revoked.',
  query: z.strictObject({}),
  body: z.strictObject({
    connection: connectionField,
    generation: z
      .int('expected a generation, as GET /api/zoho/backups lists it')
      .check(
        z.gte(1, 'expected a generation, as GET /api/zoho/backups lists it'),
        z.meta({ description: 'As GET /api/zoho/backups lists it.', example: 3 }),
      ),
    reason: reasonField,
    expectedOrganizationId: z.optional(organizationIdField),
  }),
  success: {
    status: 200,
    description: 'What came of it.',
    schema: z.object({
      connection: z.string(),
      result: z.enum(['replaced', 'unchanged', 'unfinished']).check(
        z.meta({
          description:
            'unchanged: it is the running credential already. unfinished: it is current or staged, and the next sweep publishes from it.',
        }),
      ),
      message: z.string(),
      restoredGeneration: z.int(),
      generation: z.int().check(z.meta({ description: 'Under which it runs now.' })),
      organizationId: z.nullable(z.string()),
      accessTokenExpiresAt: timeOrNeverAnswer,
      auditRecorded: auditRecordedAnswer,
    }),
  },
  problems: [
    ...OPERATION_PROBLEMS,
    ...MINTING_PROBLEMS,
    'no-such-backup',
    'backup-unusable',
    'token-refused',
    'scope-missing',
    'organization-mismatch',
    'credential-changed',
  ],
});
