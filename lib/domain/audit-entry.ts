import * as z from 'zod/mini';

/** What can be done with a connection's tokens; `anchor` is the chain's own daily seal. */
export const AUDIT_OPERATIONS = [
  'refresh',
  'emergency-reauth',
  'consent',
  'manual-token-update',
  'manual-token-update-dry-run',
  'restore',
  'renewal',
  'backup',
  'restore-drill',
  'health-check',
  'revoke',
  'anchor',
] as const;

/**
 * `attempted` comes before an operation, each other one after it: `unchanged` found nothing to do, `refused` was turned
 * away before anything was done, `failed` was begun and came to nothing.
 */
export const AUDIT_OUTCOMES = ['attempted', 'succeeded', 'unchanged', 'refused', 'failed'] as const;

/** The chain of what belongs to no connection, such as a callback with a state that nobody asked for. */
export const UNATTRIBUTED = '_unattributed';

/** Who did it: an admin by the subject of their token, a schedule by its name, or a stranger. */
export const auditActorSchema = z.object({
  kind: z.enum(['admin', 'schedule', 'anonymous']),
  id: z.string().check(z.minLength(1)),
  /** An admin's e-mail address, where it is known. */
  name: z.nullable(z.string()),
});

export type AuditActor = z.infer<typeof auditActorSchema>;

/** The seal of everything up to and including one entry of the same chain. */
export const auditSealSchema = z.object({
  /** The entry that is sealed. */
  sequence: z.int().check(z.positive()),
  hash: z.string(),
  /** The ARN of the KMS key. */
  keyId: z.string(),
  /** HMAC_SHA_256, base64. */
  mac: z.string(),
});

export type AuditSeal = z.infer<typeof auditSealSchema>;

/** One entry of the audit, as it is hashed, stored and shown. Fingerprints stand in for tokens. */
export const auditEntrySchema = z.object({
  schemaVersion: z.literal(1),
  /** A UUID: tells an entry of ours from another writer's, should the answer to a write be lost. */
  id: z.string().check(z.minLength(1)),
  /** The connection's id, or {@link UNATTRIBUTED}; each has a chain of its own. */
  connection: z.string().check(z.minLength(1)),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  operation: z.enum(AUDIT_OPERATIONS),
  /** A UUID that an operation's entries share. */
  operationId: z.string().check(z.minLength(1)),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** Why, by a stable code such as `RATE_LIMITED`; null where there is nothing to say. */
  code: z.nullable(z.string()),
  actor: auditActorSchema,
  sourceAddress: z.nullable(z.string()),
  requestId: z.string(),
  /** What the admin gave as the reason. */
  reason: z.nullable(z.string()),
  /** Of the credential that was used, or came of it. */
  generation: z.nullable(z.int().check(z.positive())),
  organizationId: z.nullable(z.string()),
  /** Of the refresh token that was used, or came of it. */
  fingerprint: z.nullable(z.string()),
  /** Of the refresh token that it took the place of. */
  replacedFingerprint: z.nullable(z.string()),
  /** For the operation `anchor` only. */
  seal: z.nullable(auditSealSchema),
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditOperation = AuditEntry['operation'];
export type AuditOutcome = AuditEntry['outcome'];
