import * as z from 'zod/mini';
import { defineContract } from '../contract.ts';
import { connectionField } from './fields.ts';
import { OPERATION_PROBLEMS } from './operation-problems.ts';

export const RENEWAL = defineContract({
  method: 'GET',
  path: '/api/zoho/renewal',
  summary: 'Take up a renewal that is open',
  description:
    'Leads straight to the consent at Zoho, whose link works once, within ten minutes. A renewal is opened by itself where the connection’s configuration says autoInitiate; otherwise begin an emergency re-authorisation.',
  query: z.strictObject({ connection: connectionField }),
  body: null,
  success: { status: 303, description: 'To the consent at Zoho.', schema: null },
  problems: [...OPERATION_PROBLEMS, 'credential-missing', 'misconfigured', 'renewal-not-open'],
});
