import * as z from 'zod/mini';
import { CHAIN_FAULT_KINDS } from '../../audit/chain-faults.ts';
import { UNATTRIBUTED } from '../../domain/audit-entry.ts';
import { defineContract } from '../contract.ts';
import { connectionField, timeAnswer } from './fields.ts';

export const AUDIT_VERIFICATION = defineContract({
  method: 'GET',
  path: '/api/zoho/audit/verification',
  summary: 'Whether a chain of the audit is intact',
  description:
    'Walks the newest entries of one chain, 10,000 at most: whether each follows the one before, is sealed within 48 hours, and none is missing. `npm run audit:verify` walks a chain from its first entry.',
  query: z.strictObject({
    connection: z
      .union([connectionField, z.literal(UNATTRIBUTED)], {
        error: `expected a connection’s id, or ${UNATTRIBUTED}`,
      })
      .check(
        z.meta({
          description: `Whose chain; also of a connection that is no longer configured. ${UNATTRIBUTED} for what belongs to none.`,
          example: 'crm',
        }),
      ),
  }),
  body: null,
  success: {
    status: 200,
    description: 'What was found.',
    schema: z.object({
      connection: z.string(),
      kind: z.enum(['intact', 'attention', 'faulty', 'empty']).check(
        z.meta({
          description:
            'attention: entries were sealed late, not at all, or by a key that is not today’s; the entries themselves fit, and a person has to judge.',
        }),
      ),
      entries: z.int().check(z.meta({ description: 'How many were looked at.' })),
      fromSequence: z
        .nullable(z.int())
        .check(z.meta({ description: 'The first of them; 1 when it is the whole chain.' })),
      toSequence: z.nullable(z.int()),
      sealed: z
        .nullable(z.object({ sequence: z.int(), at: timeAnswer }))
        .check(z.meta({ description: 'The last entry that a seal covers, and when it was sealed.' })),
      fault: z
        .nullable(
          z.object({
            sequence: z.int().check(z.meta({ description: 'The entry at which it shows.' })),
            kind: z.enum(CHAIN_FAULT_KINDS),
            found: z.string(),
            remedy: z.string().check(z.meta({ description: 'What to do.' })),
          }),
        )
        .check(z.meta({ description: 'The first thing that is wrong.' })),
    }),
  },
  problems: ['invalid-request'],
});
