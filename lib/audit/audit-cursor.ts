import * as z from 'zod/mini';
import { AUDIT_OUTCOMES } from '../domain/audit-entry.ts';
import { dayOf } from './audit-item.ts';

/** The last time whose year has four digits: beyond it, texts no longer sort as times do. */
export const LAST_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

const timeSchema = z.int().check(z.gte(0), z.lte(LAST_TIME_MS));
const wanted = { actorId: z.nullable(z.string()), outcome: z.nullable(z.enum(AUDIT_OUTCOMES)) };

/** A search through one chain, from its end. */
const chainSearchSchema = z.strictObject({
  ...wanted,
  connection: z.string().check(z.minLength(1)),
  fromMs: z.nullable(timeSchema),
  toMs: z.nullable(timeSchema),
});

/** A search through all chains, day by day. */
const daysSearchSchema = z.strictObject({ ...wanted, fromMs: timeSchema, toMs: timeSchema });

/** Whatever DynamoDB takes as a key, also where nobody of ours put it. */
const textKeySchema = z.string().check(z.minLength(1), z.maxLength(300));
const numberKeySchema = z.number().check(
  z.refine((value) => value === 0 || Math.abs(value) > 1e-100),
  z.refine((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER),
);

const daysPositionSchema = z.strictObject({
  day: z.iso.date(),
  /** The entry of that day before which to go on; null for the day's end. */
  before: z.nullable(
    z.strictObject({ at: textKeySchema, connection: textKeySchema, sequence: numberKeySchema }),
  ),
});

const chainCursorSchema = z.strictObject({
  kind: z.literal('chain'),
  search: chainSearchSchema,
  /** Entries before this sequence are still to be looked at; null for all. */
  position: z.nullable(numberKeySchema),
});

const daysCursorSchema = z
  .strictObject({ kind: z.literal('days'), search: daysSearchSchema, position: daysPositionSchema })
  .check(z.refine(({ search, position }) => isWithin(search, position)));

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
