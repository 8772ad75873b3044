import * as z from 'zod/mini';
import { defineContract } from '../contract.ts';

export const OPENAPI = defineContract({
  method: 'GET',
  path: '/api/zoho/openapi.json',
  summary: 'This document',
  description: 'Made of the schemas that requests are checked by.',
  query: z.strictObject({}),
  body: null,
  success: {
    status: 200,
    description: 'An OpenAPI 3.1 document.',
    schema: z.looseObject({ openapi: z.string() }),
  },
  problems: [],
});
