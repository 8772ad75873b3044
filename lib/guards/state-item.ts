import * as z from 'zod';
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
const timeSchema = z.number().min(0).max(8.64e15).optional().catch(undefined);

/**
 * A connection's item as DynamoDB holds it: flat, so that one update expression can touch each attribute. Times are ms
 * since the epoch. An attribute that is missing was never written; one of another kind counts as missing, because the
 * state can be found out anew and must never keep a refresh from happening.
 */
const stateItemSchema = z.object({
  id: z.string().startsWith(KEY_PREFIX),
  leaseOwner: z.string().optional().catch(undefined),
  leaseExpiresAtMs: timeSchema,
  generation: z.int().positive().optional().catch(undefined),
  credentialSource: z.enum(CREDENTIAL_SOURCES).optional().catch(undefined),
  credentialObtainedAtMs: timeSchema,
  organizationId: z.string().optional().catch(undefined),
  publishedVersionId: z.string().optional().catch(undefined),
  accessTokenExpiresAtMs: timeSchema,
  lastSuccessAtMs: timeSchema,
  lastFailureAtMs: timeSchema,
  lastFailureClass: z.enum(FAILURE_CLASSES).optional().catch(undefined),
  lastFailureCode: z.string().optional().catch(undefined),
  lastFailureDetail: z.string().optional().catch(undefined),
  lastFailureRemedy: z.string().optional().catch(undefined),
  consecutiveFailures: z.int().nonnegative().optional().catch(undefined),
  nextAttemptAtMs: timeSchema,
  health: z.enum(HEALTHS).optional().catch(undefined),
  mintTimesMs: z.set(z.number()).optional().catch(undefined),
  deadFingerprints: z.set(z.string()).optional().catch(undefined),
  hasStagedCredential: z.boolean().optional().catch(undefined),
  stagedAtMs: timeSchema,
  supersededVersionIds: z.set(z.string()).optional().catch(undefined),
  revokeSupersededAtMs: timeSchema,
  backupFingerprint: z.string().optional().catch(undefined),
  backupStores: z.array(z.enum(BACKUP_STORES)).optional().catch(undefined),
  backupCheckedAtMs: timeSchema,
  nextBackupCheckAtMs: timeSchema,
  recoveredAtMs: timeSchema,
  recoveredFrom: z.enum(CREDENTIAL_PLACES).optional().catch(undefined),
  recoveryRepairs: z.array(z.string()).optional().catch(undefined),
  unrepairedSecrets: z.array(z.string()).optional().catch(undefined),
  incidentId: z.string().optional().catch(undefined),
  auditSequence: z.int().positive().optional().catch(undefined),
  auditHash: z.string().optional().catch(undefined),
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
