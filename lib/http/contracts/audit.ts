import * as z from 'zod/mini';
import { AUDIT_OUTCOMES, auditEntrySchema, UNATTRIBUTED } from '../../domain/audit-entry.ts';
import { DEFAULT_PAGE_ENTRIES, MOST_PAGE_ENTRIES } from '../../domain/audit-page.ts';
import { defineContract } from '../contract.ts';
import { connectionField, timeField } from './fields.ts';

const PAGE = `expected a number from 1 to ${MOST_PAGE_ENTRIES}`;

const entry = z
  .extend(z.omit(auditEntrySchema, { schemaVersion: true }), {
    sequence: z.int().check(z.meta({ description: 'The entry’s place in its connection’s chain.' })),
    previousHash: z.string(),
    hash: z.string().check(z.meta({ description: 'SHA-256 over the entry and the one before it.' })),
  })
  .check(z.meta({ id: 'AuditEntry' }));

export const AUDIT = defineContract({
  method: 'GET',
  path: '/api/zoho/audit',
  summary: 'Who did what, and what came of it',
  description:
    'Newest first, by pages: hand nextCursor back with the same filter to get the next one. Without a connection, the entries of all of them, of the last 30 days unless `from` says otherwise.',
  query: z.strictObject({
    connection: z
      .optional(
        z.union([connectionField, z.literal(UNATTRIBUTED)], {
          error: `expected a connection’s id, or ${UNATTRIBUTED}`,
        }),
      )
      .check(
        z.meta({
          description: `Also of a connection that is no longer configured; ${UNATTRIBUTED} for what belongs to none.`,
          example: 'crm',
        }),
      ),
    from: z.optional(timeField).check(z.meta({ description: 'Inclusive.', example: '2026-01-31T08:00:00Z' })),
    to: z.optional(timeField).check(z.meta({ description: 'Inclusive.', example: '2026-01-31T09:00:00Z' })),
    actor: z
      .optional(
        z
          .string()
          .check(z.regex(/^[\x21-\x7e]{1,128}$/, 'expected an actor’s id, as an entry’s actor.id has it')),
      )
      .check(z.meta({ description: 'An entry’s actor.id: an admin’s subject, or a schedule’s name.' })),
    outcome: z.optional(z.enum(AUDIT_OUTCOMES, `expected one of ${AUDIT_OUTCOMES.join(', ')}`)),
    limit: z
      .optional(
        z.pipe(
          z.pipe(z.string().check(z.regex(/^\d{1,3}$/, PAGE)), z.transform(Number)),
          z.int(PAGE).check(z.gte(1, PAGE), z.lte(MOST_PAGE_ENTRIES, PAGE)),
        ),
      )
      .check(
        z.meta({ description: `How many entries a page has at most; ${DEFAULT_PAGE_ENTRIES} unless told.` }),
      ),
    cursor: z
      .optional(
        z.string().check(z.regex(/^[A-Za-z0-9_-]{1,2000}$/, 'expected nextCursor of the page before')),
      )
      .check(z.meta({ description: 'nextCursor of the page before.' })),
  }),
  body: null,
  success: {
    status: 200,
    description: 'A page, which may be short and have a next one.',
    schema: z.object({
      entries: z.array(entry),
      unreadable: z.int().check(
        z.meta({
          description: 'How many more were found that cannot be read: a reason to run audit:verify.',
        }),
      ),
      nextCursor: z.nullable(z.string()).check(z.meta({ description: 'Null when there is no next page.' })),
    }),
  },
  problems: ['invalid-request', 'invalid-cursor'],
});
