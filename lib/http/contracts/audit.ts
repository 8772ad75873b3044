import * as z from 'zod';
import { AUDIT_OUTCOMES, auditEntrySchema, UNATTRIBUTED } from '../../domain/audit-entry.ts';
import { DEFAULT_PAGE_ENTRIES, MOST_PAGE_ENTRIES } from '../../domain/audit-page.ts';
import { defineContract } from '../contract.ts';
import { connectionField, timeField } from './fields.ts';

const PAGE = `expected a number from 1 to ${MOST_PAGE_ENTRIES}`;

const entry = auditEntrySchema
  .omit({ schemaVersion: true })
  .extend({
    sequence: z.int().meta({ description: 'The entry’s place in its connection’s chain.' }),
    previousHash: z.string(),
    hash: z.string().meta({ description: 'SHA-256 over the entry and the one before it.' }),
  })
  .meta({ id: 'AuditEntry' });

export const AUDIT = defineContract({
  method: 'GET',
  path: '/api/zoho/audit',
  summary: 'Who did what, and what came of it',
  description:
    'Newest first, by pages: hand nextCursor back with the same filter to get the next one. Without a connection, the entries of all of them, of the last 30 days unless `from` says otherwise.',
  query: z.strictObject({
    connection: z
      .union([connectionField, z.literal(UNATTRIBUTED)], {
        error: `expected a connection’s id, or ${UNATTRIBUTED}`,
      })
      .optional()
      .meta({
        description: `Also of a connection that is no longer configured; ${UNATTRIBUTED} for what belongs to none.`,
        example: 'crm',
      }),
    from: timeField.optional().meta({ description: 'Inclusive.', example: '2026-01-31T08:00:00Z' }),
    to: timeField.optional().meta({ description: 'Inclusive.', example: '2026-01-31T09:00:00Z' }),
    actor: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, 'expected an actor’s id, as an entry’s actor.id has it')
      .optional()
      .meta({ description: 'An entry’s actor.id: an admin’s subject, or a schedule’s name.' }),
    outcome: z.enum(AUDIT_OUTCOMES, `expected one of ${AUDIT_OUTCOMES.join(', ')}`).optional(),
    limit: z
      .string()
      .regex(/^\d{1,3}$/, PAGE)
      .transform(Number)
      .pipe(z.int(PAGE).min(1, PAGE).max(MOST_PAGE_ENTRIES, PAGE))
      .optional()
      .meta({ description: `How many entries a page has at most; ${DEFAULT_PAGE_ENTRIES} unless told.` }),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,2000}$/, 'expected nextCursor of the page before')
      .optional()
      .meta({ description: 'nextCursor of the page before.' }),
  }),
  body: null,
  success: {
    status: 200,
    description: 'A page, which may be short and have a next one.',
    schema: z.object({
      entries: z.array(entry),
      unreadable: z.int().meta({
        description: 'How many more were found that cannot be read: a reason to run audit:verify.',
      }),
      nextCursor: z.string().nullable().meta({ description: 'Null when there is no next page.' }),
    }),
  },
  problems: ['invalid-request', 'invalid-cursor'],
});
