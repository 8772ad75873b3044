import * as z from 'zod/mini';
import { HEALTHS } from '../domain/health.ts';

const time = z.number().check(z.gte(0), z.lte(8.64e15));

/** What people have been told of a connection's health. */
const toldProblemSchema = z.object({
  /** How bad it was at its worst, as it was told last. */
  urgency: z.int().check(z.gte(1), z.lte(3)),
  /** When it was told last: what it is not repeated within begins here. */
  toldAtMs: time,
  /** Whether people believe that it lasts: its end has not been told. */
  isOpen: z.boolean(),
  /** Whether they have been told that it comes and goes. */
  isFlapping: z.boolean(),
  /** Whether it came or went since, which was not told. */
  hasChanged: z.boolean(),
  /** Since when a problem lasts that was kept back; null for none. */
  keptBackSinceMs: z.nullable(time),
});

/** Something that happened and was told. */
const toldEventSchema = z.object({ kind: z.string(), about: z.string(), atMs: time });

/** What the alerts of one connection go by besides its state: what was seen last, and what was told. */
export const alertMemorySchema = z.object({
  health: z.enum(HEALTHS),
  problem: z.nullable(toldProblemSchema),
  /** Since when it looks down without a failure on record; null while it does not. */
  suspectedSinceMs: z.nullable(time),
  /** The recovery that was seen last. */
  recoveredAtMs: z.nullable(time),
  /** The credential that a renewal was told of, by when it was obtained, and for how many days before. */
  renewal: z.nullable(z.object({ obtainedAtMs: time, daysBefore: z.int().check(z.gte(0)) })),
  /** The highest generation of its credential that people were told of, or did not have to be. */
  generation: z.int().check(z.nonnegative()),
  /** Up to where its audit chain was followed. */
  auditSequence: z.int().check(z.nonnegative()),
  /** What is wrong with the audit chain, as it was told; null for nothing. */
  auditFault: z.nullable(z.string()),
  toldEvents: z.array(toldEventSchema),
  /** When an alert was kept back, in the last day. */
  keptBackAtMs: z.array(time),
});

export type AlertMemory = z.infer<typeof alertMemorySchema>;
export type ToldProblem = z.infer<typeof toldProblemSchema>;
export type ToldEvent = z.infer<typeof toldEventSchema>;
