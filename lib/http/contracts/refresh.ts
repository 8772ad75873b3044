import * as z from 'zod/mini';
import { defineContract } from '../contract.ts';
import { auditRecordedAnswer, connectionField, reasonField, timeAnswer } from './fields.ts';
import { MINTING_PROBLEMS, OPERATION_PROBLEMS } from './operation-problems.ts';

export const REFRESH = defineContract({
  method: 'POST',
  path: '/api/zoho/refresh',
  summary: 'Refresh a connection now',
  description:
    'Mints an access token and gives it to consumers. Requests at the same time share one mint, and tries every stored credential if the running one is dead.',
  query: z.strictObject({}),
  body: z.strictObject({ connection: connectionField, reason: z.optional(reasonField) }),
  success: {
    status: 200,
    description: 'Consumers hold a fresh token.',
    schema: z.object({
      connection: z.string(),
      result: z.enum(['refreshed', 'joined']).check(
        z.meta({
          description: 'joined: a refresh that was under way at the same time has done it.',
        }),
      ),
      generation: z.int(),
      accessTokenExpiresAt: timeAnswer,
      auditRecorded: auditRecordedAnswer,
    }),
  },
  problems: [...OPERATION_PROBLEMS, ...MINTING_PROBLEMS, 'credential-dead', 'credential-missing'],
});
