import * as z from 'zod/mini';
import { defineContract } from '../contract.ts';
import {
  auditRecordedAnswer,
  connectionField,
  organizationIdField,
  reasonField,
  timeAnswer,
} from './fields.ts';
import { OPERATION_PROBLEMS } from './operation-problems.ts';

export const EMERGENCY_REAUTH = defineContract({
  method: 'POST',
  path: '/api/zoho/emergency-reauth',
  summary: 'Begin an emergency re-authorisation',
  description:
    'Answers with a link at which a person consents at Zoho. The link works once, within ten minutes, and makes an older one of the same connection void.',
  query: z.strictObject({}),
  body: z.strictObject({
    connection: connectionField,
    reason: reasonField,
    expectedOrganizationId: z.optional(organizationIdField),
  }),
  success: {
    status: 201,
    description: 'The link.',
    schema: z.object({
      connection: z.string(),
      authorizationUrl: z.url().check(
        z.meta({
          description: 'For a browser. It holds a single-use state: hand it to nobody who is not to consent.',
        }),
      ),
      expiresAt: timeAnswer,
      instructions: z.array(z.string()),
      auditRecorded: auditRecordedAnswer,
    }),
  },
  problems: [...OPERATION_PROBLEMS, 'credential-missing', 'misconfigured'],
});
