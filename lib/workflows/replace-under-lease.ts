import type { AdminDependencies, Concluded } from './admin-operation.ts';
import type { AuditTrail } from './audit-trail.ts';
import { waitForLease } from './lease.ts';
import { type Replacement, replaceCredential } from './replace-credential.ts';
import type { ReplacementTask } from './replacement-candidate.ts';
import { settleReplacement } from './settle-replacement.ts';

export type LeasedReplacement =
  | { readonly kind: 'completed'; readonly replacement: Replacement }
  /** A refresh holds the connection; it takes a second, seldom a minute. */
  | { readonly kind: 'busy' };

/** Replaces a connection's credential once nobody else is at work on it, and writes down what became of it. */
export async function replaceUnderLease(
  deps: AdminDependencies,
  task: Omit<ReplacementTask, 'lease'>,
  trail: AuditTrail,
): Promise<Concluded<LeasedReplacement>> {
  const { id } = task.connection;
  const lease = await waitForLease(deps, id, deps.leasePatienceMs);
  if (!lease) {
    return { outcome: { kind: 'busy' }, audit: { outcome: 'refused', code: 'CONNECTION_BUSY' } };
  }
  const replacement = await replaceCredential(deps, { ...task, lease });
  await settleReplacement(deps, id, { replacement, lease, trail });
  return { outcome: { kind: 'completed', replacement }, audit: null };
}
