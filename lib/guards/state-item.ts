import * as z from 'zod/mini';
import { BACKUP_STORES } from '../domain/backup.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { CREDENTIAL_PLACES, CREDENTIAL_SOURCES } from '../domain/credential.ts';
import { FAILURE_CLASSES } from '../domain/failure.ts';
import { HEALTHS } from '../domain/health.ts';

const KEY_PREFIX = 'connection#';

/** The state table's key of a connection; other kinds of items have other prefixes. */
export function stateKey(connection: string): { id: string } {
  return { id: `${KEY_PREFIX}${connection}` };
}

/** As far as a Date reaches: what is beyond is no time. */
const timeSchema = z.catch(z.optional(z.number().check(z.gte(0), z.lte(8.64e15))), undefined);

/**
 * A connection's item as DynamoDB holds it: flat, so that one update expression can touch each attribute. Times are ms
 * since the epoch. An attribute that is missing was never written; one of another kind counts as missing, because the
 * state can be found out anew and must never keep a refresh from happening.
 */
const stateItemSchema = z.object({
  id: z.string().check(z.startsWith(KEY_PREFIX)),
  leaseOwner: z.catch(z.optional(z.string()), undefined),
  leaseExpiresAtMs: timeSchema,
  generation: z.catch(z.optional(z.int().check(z.positive())), undefined),
  credentialSource: z.catch(z.optional(z.enum(CREDENTIAL_SOURCES)), undefined),
  credentialObtainedAtMs: timeSchema,
  organizationId: z.catch(z.optional(z.string()), undefined),
  publishedVersionId: z.catch(z.optional(z.string()), undefined),
  accessTokenExpiresAtMs: timeSchema,
  lastSuccessAtMs: timeSchema,
  lastFailureAtMs: timeSchema,
  lastFailureClass: z.catch(z.optional(z.enum(FAILURE_CLASSES)), undefined),
  lastFailureCode: z.catch(z.optional(z.string()), undefined),
  lastFailureDetail: z.catch(z.optional(z.string()), undefined),
  lastFailureRemedy: z.catch(z.optional(z.string()), undefined),
  consecutiveFailures: z.catch(z.optional(z.int().check(z.nonnegative())), undefined),
  nextAttemptAtMs: timeSchema,
  health: z.catch(z.optional(z.enum(HEALTHS)), undefined),
  mintTimesMs: z.catch(z.optional(z.set(z.number())), undefined),
  deadFingerprints: z.catch(z.optional(z.set(z.string())), undefined),
  hasStagedCredential: z.catch(z.optional(z.boolean()), undefined),
  stagedAtMs: timeSchema,
  supersededVersionIds: z.catch(z.optional(z.set(z.string())), undefined),
  revokeSupersededAtMs: timeSchema,
  backupFingerprint: z.catch(z.optional(z.string()), undefined),
  backupStores: z.catch(z.optional(z.array(z.enum(BACKUP_STORES))), undefined),
  backupCheckedAtMs: timeSchema,
  nextBackupCheckAtMs: timeSchema,
  recoveredAtMs: timeSchema,
  recoveredFrom: z.catch(z.optional(z.enum(CREDENTIAL_PLACES)), undefined),
  recoveryRepairs: z.catch(z.optional(z.array(z.string())), undefined),
  unrepairedSecrets: z.catch(z.optional(z.array(z.string())), undefined),
  incidentId: z.catch(z.optional(z.string()), undefined),
  auditSequence: z.catch(z.optional(z.int().check(z.positive())), undefined),
  auditHash: z.catch(z.optional(z.string()), undefined),
});

type StateItem = z.infer<typeof stateItemSchema>;

/** Reads a connection's item of the state table. Throws a ZodError if it is none. */
export function parseStateItem(item: unknown): ConnectionState {
  return toConnectionState(stateItemSchema.parse(item));
}

function toConnectionState(item: StateItem): ConnectionState {
  return {
    connection: item.id.slice(KEY_PREFIX.length),
    lease:
      item.leaseOwner === undefined
        ? null
        : { owner: item.leaseOwner, expiresAtMs: item.leaseExpiresAtMs ?? 0 },
    generation: item.generation ?? null,
    credential: credentialOf(item),
    organizationId: item.organizationId ?? null,
    publishedVersionId: item.publishedVersionId ?? null,
    accessTokenExpiresAtMs: item.accessTokenExpiresAtMs ?? null,
    lastSuccessAtMs: item.lastSuccessAtMs ?? null,
    lastFailure:
      item.lastFailureAtMs === undefined || item.lastFailureClass === undefined
        ? null
        : {
            atMs: item.lastFailureAtMs,
            failureClass: item.lastFailureClass,
            code: item.lastFailureCode ?? '',
            detail: item.lastFailureDetail ?? '',
            remedy: item.lastFailureRemedy ?? '',
          },
    consecutiveFailures: item.consecutiveFailures ?? 0,
    nextAttemptAtMs: item.nextAttemptAtMs ?? null,
    health: item.health ?? 'healthy',
    mintTimesMs: [...(item.mintTimesMs ?? [])],
    deadFingerprints: [...(item.deadFingerprints ?? [])],
    // One too many looks is one call; one too few leaves a living credential lying.
    hasStagedCredential: item.hasStagedCredential ?? true,
    stagedAtMs: item.stagedAtMs ?? null,
    superseded:
      item.supersededVersionIds === undefined
        ? null
        : { versionIds: [...item.supersededVersionIds], revokeAtMs: item.revokeSupersededAtMs ?? 0 },
    backup: backupOf(item),
    recovery: recoveryOf(item),
    incidentId: item.incidentId ?? null,
    auditHead:
      item.auditSequence === undefined || item.auditHash === undefined
        ? null
        : { sequence: item.auditSequence, hash: item.auditHash },
  };
}

function backupOf(item: StateItem): ConnectionState['backup'] {
  const { backupFingerprint: fingerprint, backupStores: stores, backupCheckedAtMs: checkedAtMs } = item;
  if (fingerprint === undefined || stores === undefined || checkedAtMs === undefined) return null;
  return { fingerprint, stores, checkedAtMs, nextCheckAtMs: item.nextBackupCheckAtMs ?? 0 };
}

function recoveryOf(item: StateItem): ConnectionState['recovery'] {
  const { recoveredAtMs: atMs, recoveredFrom: from } = item;
  if (atMs === undefined || from === undefined) return null;
  return { atMs, from, repairs: item.recoveryRepairs ?? [], unrepaired: item.unrepairedSecrets ?? [] };
}

function credentialOf(item: StateItem): ConnectionState['credential'] {
  const { credentialSource: source, credentialObtainedAtMs: obtainedAtMs } = item;
  return source === undefined || obtainedAtMs === undefined ? null : { source, obtainedAtMs };
}
