import * as z from 'zod';
import { auditActorSchema } from './audit-entry.ts';
import { BACKUP_STORES } from './backup.ts';
import { CREDENTIAL_PLACES } from './credential.ts';
import { FAILURE_CLASSES } from './failure.ts';
import { HEALTHS } from './health.ts';
import { CHECK_STATUSES } from './health-report.ts';
import { incidentSchema } from './incident.ts';

/**
 * Who is to read it, and how soon: `critical` gets somebody up, `warning` is for the day, `notice` needs nothing done;
 * `security` tells who did what to a credential.
 */
export const ALERT_SEVERITIES = ['critical', 'warning', 'notice', 'security'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

const time = z.number().min(0).max(8.64e15);

const common = {
  /** A UUID. */
  id: z.string().min(1),
  /** The connection's id. */
  connection: z.string().min(1),
  /** When it was noticed, in ms since the epoch. */
  atMs: time,
};

/** Until when the published token is valid; null when there is none. */
const consumersFineUntilMs = time.nullable();

/** What keeps a connection from being healthy. */
const trouble = {
  ...common,
  sinceMs: time,
  failureClass: z.enum(FAILURE_CLASSES).nullable(),
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
  consumersFineUntilMs,
  nextAttemptAtMs: time.nullable(),
  incidentId: z.string().nullable(),
};

/** Who gave a credential, and what was found out about it. */
const replacement = {
  ...common,
  by: auditActorSchema,
  operation: z.string(),
  reason: z.string().nullable(),
  sourceAddress: z.string().nullable(),
  generation: z.int().positive(),
  organizationId: z.string().nullable(),
  /** Where it is backed up. */
  backedUpIn: z.array(z.enum(BACKUP_STORES)),
  consumersFineUntilMs,
  /** When what it took the place of is revoked; null when there is nothing to revoke. */
  revokesAtMs: time.nullable(),
  /** When a person is to consent anew. */
  nextRenewalAtMs: time.nullable(),
};

/** Something that a person is told by e-mail. Holds no secret. */
export const alertSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('degraded'), ...trouble }),
  z.object({ kind: z.literal('down'), ...trouble }),
  /** It failed again soon after it had recovered: told once, and then not before `quietUntilMs`. */
  z.object({
    kind: z.literal('flapping'),
    ...trouble,
    health: z.enum(HEALTHS),
    quietUntilMs: time,
  }),
  z.object({
    kind: z.literal('recovered'),
    ...common,
    /** Of the problem that this ends. */
    severity: z.enum(['critical', 'warning']),
    /** Null when it was not written down. */
    incident: incidentSchema.nullable(),
    consumersFineUntilMs,
  }),
  z.object({
    kind: z.literal('renewalDue'),
    ...common,
    dueAtMs: time,
    /** Whole days; negative once it is overdue. */
    daysLeft: z.int(),
    /** Whether a renewal is open, so that the link leads to the consent. */
    isOpened: z.boolean(),
    consumersFineUntilMs,
  }),
  z.object({ kind: z.literal('renewed'), ...replacement }),
  z.object({ kind: z.literal('credentialReplaced'), ...replacement }),
  z.object({
    kind: z.literal('recoveredFromBackup'),
    ...common,
    /** Where the credential was found. */
    from: z.enum(CREDENTIAL_PLACES),
    /** Such as `recreated zoho/crm/credential`. */
    repairs: z.array(z.string()),
    generation: z.int().positive().nullable(),
    consumersFineUntilMs,
  }),
  z.object({
    kind: z.literal('backupRewritten'),
    ...common,
    stores: z.array(z.enum(BACKUP_STORES)),
    generation: z.int().positive().nullable(),
  }),
  z.object({
    kind: z.literal('rateLimited'),
    ...common,
    by: auditActorSchema,
    operation: z.string(),
    sourceAddress: z.string().nullable(),
  }),
  z.object({ kind: z.literal('auditBroken'), ...common, detail: z.string() }),
]);

export type Alert = z.infer<typeof alertSchema>;
export type AlertKind = Alert['kind'];
export type AlertOf<K extends AlertKind> = Extract<Alert, { kind: K }>;

/** One connection in the daily digest: why it is not as it should be. */
export const digestEntrySchema = z.object({
  connection: z.string().min(1),
  health: z.enum(HEALTHS),
  /** Since when it is not healthy; null while it is. */
  sinceMs: time.nullable(),
  /** What keeps it from being healthy; null while it is. */
  failure: z.object({ code: z.string(), detail: z.string(), remedy: z.string() }).nullable(),
  consumersFineUntilMs,
  /** Whether nobody has authorised it yet. */
  isUnauthorized: z.boolean(),
  /** What the latest health check found, as far as it is not ok. */
  findings: z.array(
    z.object({
      name: z.string(),
      status: z.enum(CHECK_STATUSES),
      detail: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
  /** How many alerts were kept back in a day because the like of them had been told. */
  keptBack: z.int().nonnegative(),
});

export type DigestEntry = z.infer<typeof digestEntrySchema>;

/** The daily digest, which is sent only while something is not as it should be. */
export const digestSchema = z.object({
  kind: z.literal('digest'),
  id: z.string().min(1),
  atMs: time,
  entries: z.array(digestEntrySchema).min(1),
  /** How many connections are fine. */
  fine: z.int().nonnegative(),
});

export type Digest = z.infer<typeof digestSchema>;

/** Everything that is told by e-mail. */
export const messageSchema = z.union([alertSchema, digestSchema]);
export type Message = z.infer<typeof messageSchema>;
export type MessageKind = Message['kind'];

/**
 * Who is to be told of a message. Whoever is told of what is less bad is told when it is worse, and of its end; a renewal
 * is a replacement too.
 */
export function severitiesOf(message: Message): readonly AlertSeverity[] {
  switch (message.kind) {
    case 'auditBroken':
      return ['critical'];
    case 'down':
      return ['critical', 'warning'];
    case 'flapping':
      return message.health === 'down' ? ['critical', 'warning'] : ['warning'];
    case 'recovered':
      return message.severity === 'critical' ? ['critical', 'warning'] : ['warning'];
    case 'degraded':
    case 'renewalDue':
    case 'recoveredFromBackup':
    case 'backupRewritten':
    case 'digest':
      return ['warning'];
    case 'renewed':
      return ['notice', 'security'];
    case 'credentialReplaced':
    case 'rateLimited':
      return ['security'];
  }
}
