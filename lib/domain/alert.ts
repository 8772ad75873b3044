import * as z from 'zod/mini';
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

const time = z.number().check(z.gte(0), z.lte(8.64e15));

const common = {
  /** A UUID. */
  id: z.string().check(z.minLength(1)),
  /** The connection's id. */
  connection: z.string().check(z.minLength(1)),
  /** When it was noticed, in ms since the epoch. */
  atMs: time,
};

/** Until when the published token is valid; null when there is none. */
const consumersFineUntilMs = z.nullable(time);

/** What keeps a connection from being healthy. */
const trouble = {
  ...common,
  sinceMs: time,
  failureClass: z.nullable(z.enum(FAILURE_CLASSES)),
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
  consumersFineUntilMs,
  nextAttemptAtMs: z.nullable(time),
  incidentId: z.nullable(z.string()),
};

/** Who gave a credential, and what was found out about it. */
const replacement = {
  ...common,
  by: auditActorSchema,
  operation: z.string(),
  reason: z.nullable(z.string()),
  sourceAddress: z.nullable(z.string()),
  generation: z.int().check(z.positive()),
  organizationId: z.nullable(z.string()),
  /** Where it is backed up. */
  backedUpIn: z.array(z.enum(BACKUP_STORES)),
  consumersFineUntilMs,
  /** When what it took the place of is revoked; null when there is nothing to revoke. */
  revokesAtMs: z.nullable(time),
  /** When a person is to consent anew. */
  nextRenewalAtMs: z.nullable(time),
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
    incident: z.nullable(incidentSchema),
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
    generation: z.nullable(z.int().check(z.positive())),
    consumersFineUntilMs,
  }),
  z.object({
    kind: z.literal('backupRewritten'),
    ...common,
    stores: z.array(z.enum(BACKUP_STORES)),
    generation: z.nullable(z.int().check(z.positive())),
  }),
  z.object({
    kind: z.literal('rateLimited'),
    ...common,
    by: auditActorSchema,
    operation: z.string(),
    sourceAddress: z.nullable(z.string()),
  }),
  z.object({ kind: z.literal('auditBroken'), ...common, detail: z.string() }),
]);

export type Alert = z.infer<typeof alertSchema>;
export type AlertKind = Alert['kind'];
export type AlertOf<K extends AlertKind> = Extract<Alert, { kind: K }>;

/** One connection in the daily digest: why it is not as it should be. */
export const digestEntrySchema = z.object({
  connection: z.string().check(z.minLength(1)),
  health: z.enum(HEALTHS),
  /** Since when it is not healthy; null while it is. */
  sinceMs: z.nullable(time),
  /** What keeps it from being healthy; null while it is. */
  failure: z.nullable(z.object({ code: z.string(), detail: z.string(), remedy: z.string() })),
  consumersFineUntilMs,
  /** Whether nobody has authorised it yet. */
  isUnauthorized: z.boolean(),
  /** What the latest health check found, as far as it is not ok. */
  findings: z.array(
    z.object({
      name: z.string(),
      status: z.enum(CHECK_STATUSES),
      detail: z.string(),
      remedy: z.nullable(z.string()),
    }),
  ),
  /** How many alerts were kept back in a day because the like of them had been told. */
  keptBack: z.int().check(z.nonnegative()),
});

export type DigestEntry = z.infer<typeof digestEntrySchema>;

/** The daily digest, which is sent only while something is not as it should be. */
export const digestSchema = z.object({
  kind: z.literal('digest'),
  id: z.string().check(z.minLength(1)),
  atMs: time,
  entries: z.array(digestEntrySchema).check(z.minLength(1)),
  /** How many connections are fine. */
  fine: z.int().check(z.nonnegative()),
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
