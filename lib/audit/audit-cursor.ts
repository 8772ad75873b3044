import * as z from 'zod';
import { AUDIT_OUTCOMES } from '../domain/audit-entry.ts';
import { dayOf } from './audit-item.ts';

/** The last time whose year has four digits: beyond it, texts no longer sort as times do. */
export const LAST_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

const timeSchema = z.int().min(0).max(LAST_TIME_MS);
const wanted = { actorId: z.string().nullable(), outcome: z.enum(AUDIT_OUTCOMES).nullable() };

/** A search through one chain, from its end. */
const chainSearchSchema = z.strictObject({
  ...wanted,
  connection: z.string().min(1),
  fromMs: timeSchema.nullable(),
  toMs: timeSchema.nullable(),
});

/** A search through all chains, day by day. */
const daysSearchSchema = z.strictObject({ ...wanted, fromMs: timeSchema, toMs: timeSchema });

/** Whatever DynamoDB takes as a key, also where nobody of ours put it. */
const textKeySchema = z.string().min(1).max(300);
const numberKeySchema = z
  .number()
  .refine((value) => value === 0 || Math.abs(value) > 1e-100)
  .refine((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER);

const daysPositionSchema = z.strictObject({
  day: z.iso.date(),
  /** The entry of that day before which to go on; null for the day's end. */
  before: z
    .strictObject({ at: textKeySchema, connection: textKeySchema, sequence: numberKeySchema })
    .nullable(),
});

const chainCursorSchema = z.strictObject({
  kind: z.literal('chain'),
  search: chainSearchSchema,
  /** Entries before this sequence are still to be looked at; null for all. */
  position: numberKeySchema.nullable(),
});

const daysCursorSchema = z
  .strictObject({ kind: z.literal('days'), search: daysSearchSchema, position: daysPositionSchema })
  .refine(({ search, position }) => isWithin(search, position));

const cursorSchema = z.discriminatedUnion('kind', [chainCursorSchema, daysCursorSchema]);

export type ChainSearch = z.infer<typeof chainSearchSchema>;
export type DaysSearch = z.infer<typeof daysSearchSchema>;
export type DaysPosition = z.infer<typeof daysPositionSchema>;
/** A search, whole, and where to go on with it. */
export type AuditCursor = z.infer<typeof cursorSchema>;

/** What the client hands back to get the next page; it means nothing to anybody else. */
export function encodeCursor(cursor: AuditCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @returns null for what is no cursor of ours */
export function decodeCursor(text: string): AuditCursor | null {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return null;
  }
}

/** DynamoDB refuses to start outside of what is asked for. */
function isWithin({ fromMs, toMs }: DaysSearch, { day, before }: DaysPosition): boolean {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  if (day < dayOf(from) || day > dayOf(to)) return false;
  return before === null || (from <= before.at && before.at <= to);
}
