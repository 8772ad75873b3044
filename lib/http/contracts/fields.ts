import * as z from 'zod/mini';

/** A connection's id. */
export const connectionField = z
  .string('expected a connection’s id, as text')
  .check(
    z.regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'expected a connection’s id: a lower-case letter, then lower-case letters, digits or hyphens',
    ),
    z.meta({ description: 'The id of a connection, as GET /api/zoho/status lists it.', example: 'crm' }),
  );

const CONTROL_OR_DIRECTION = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const ZOHO_TOKEN = /1000\.[0-9a-f]{16}/i;

/** Why an admin does something. It is kept for years and shown to others, so it stays one plain line without secrets. */
export const reasonField = z.string('expected a text of 3 to 500 characters').check(
  z.trim(),
  z.minLength(3, 'expected at least 3 characters'),
  z.maxLength(500, 'expected at most 500 characters'),
  z.refine((reason) => reason.isWellFormed() && !CONTROL_OR_DIRECTION.test(reason), {
    error: 'expected one line without control characters',
  }),
  z.refine((reason) => !ZOHO_TOKEN.test(reason), {
    error: 'expected no token here: the reason is kept in the audit',
  }),
  z.meta({
    description: 'Why, in one line, for the audit. Holds no token.',
    example: 'Consent revoked on Monday',
  }),
);

/** A refresh token or a grant code, just as Zoho shows it. */
export const tokenField = z
  .string('expected a text')
  .check(
    z.regex(
      /^[\x21\x23-\x26\x28-\x7e]{1,512}$/,
      'expected 1 to 512 printable characters without spaces, line breaks or quotes: check what was copied',
    ),
  );

/** Of a Zoho organisation. */
export const organizationIdField = z.string('expected an organisation’s id, as text').check(
  z.regex(/^\d{1,24}$/, 'expected an organisation’s id: 1 to 24 digits'),
  z.meta({
    description: 'The Zoho organisation to change to; only needed to leave the one that is pinned.',
    example: '60012345678',
  }),
);

/** A switch in a query. */
export const flagField = z.pipe(
  z.enum(['true', 'false'], 'expected true or false'),
  z.transform((flag) => flag === 'true'),
);

/** A time in a query, to ms since the epoch. */
export const timeField = z.pipe(
  z.iso.datetime({ offset: true, error: 'expected a time such as 2026-01-31T08:00:00Z' }),
  z.transform((time) => Date.parse(time)),
);

/** A time in an answer. */
export const timeAnswer = z.iso.datetime().check(z.meta({ description: 'ISO 8601, UTC' }));
export const timeOrNeverAnswer = z.nullable(timeAnswer);

/** Whether the outcome is on record as well; the attempt always is. */
export const auditRecordedAnswer = z.boolean().check(
  z.meta({
    description:
      'Whether the audit holds the outcome as well. The attempt it holds in any case; false is a reason to look at the audit table.',
  }),
);
