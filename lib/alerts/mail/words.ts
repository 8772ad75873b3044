import type { AuditActor } from '../../domain/audit-entry.ts';
import { BACKUP_STORES, type BackupStore } from '../../domain/backup.ts';
import type { FailureClass } from '../../domain/failure.ts';
import type { Health } from '../../domain/health.ts';
import { inWords } from './clock.ts';
import type { MailContext } from './mail.ts';

/** A health, to be told apart without colour. */
export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  healthy: 'healthy',
  degraded: 'degraded',
  down: 'DOWN',
};

/** Why something fails and what that asks for, for a headline. */
export function causeWords(failureClass: FailureClass | null): string {
  switch (failureClass) {
    case 'dead':
      return 'refresh token dead, consent needed';
    case 'unauthorized':
      return 'no credential, consent needed';
    case 'misconfigured':
      return 'set up wrongly, an operator is needed';
    case 'store':
      return 'trouble with AWS or a secret';
    case 'throttled':
      return 'Zoho throttles, passes by itself';
    case 'transient':
      return 'no usable answer from Zoho, only time helps';
    case null:
      return 'cause unknown';
  }
}

/** A cause with what helps against it. */
export function causeFact(failureClass: FailureClass | null): string | null {
  switch (failureClass) {
    case 'dead':
      return 'dead: only a new consent helps';
    case 'unauthorized':
      return 'unauthorized: a first consent helps';
    case 'misconfigured':
      return 'misconfigured: an operator has to set something right';
    case 'store':
      return 'store: AWS, or whoever broke the secret';
    case 'throttled':
      return "throttled: waiting out Zoho's window helps";
    case 'transient':
      return 'transient: time helps';
    case null:
      return null;
  }
}

/** An actor as a colleague would name them. */
export function nameOf({ kind, id, name }: AuditActor): string {
  switch (kind) {
    case 'admin':
      return name ?? `the admin ${id}`;
    case 'schedule':
      return `the schedule ${id}`;
    case 'anonymous':
      return 'somebody who did not sign in';
  }
}

/** An actor with what they can be found by. */
export function actorFact(actor: AuditActor): string {
  return actor.kind === 'admin' && actor.name !== null
    ? `${actor.name} (subject ${actor.id})`
    : nameOf(actor);
}

/** What the audit calls an operation, as a person says it. */
export function operationWords(operation: string): string {
  switch (operation) {
    case 'consent':
    case 'emergency-reauth':
      return `by a consent at Zoho (${operation})`;
    case 'renewal':
      return 'by a renewal, with a consent at Zoho (renewal)';
    case 'manual-token-update':
      return 'by hand (manual-token-update)';
    case 'restore':
      return 'out of the backups (restore)';
    default:
      return operation;
  }
}

/** Where something is backed up, and where it is not yet. */
export function backedUpWords(stores: readonly BackupStore[]): string {
  const missing = BACKUP_STORES.filter((store) => !stores.includes(store));
  if (missing.length === 0) return listed(BACKUP_STORES.map(theStore));
  if (stores.length === 0) return 'nowhere yet: it is tried again every five minutes';
  return `${listed(stores.map(theStore))}; not yet ${listed(missing.map(theStore))}, which is tried again every five minutes`;
}

export function theStore(store: BackupStore): string {
  return `the ${store}`;
}

/** Such as `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(items);
}

/** The first few of many, and how many more there are. */
export function listedUpTo(most: number, items: readonly string[]): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(', ')} and ${more} more` : items.join(', ');
}

/** As the beginning of a sentence. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** When the like of a problem is told again. */
export function cooldownWords({ cooldownMs }: Pick<MailContext, 'cooldownMs'>): string {
  return `The like of it is not told again for ${inWords(cooldownMs)}, unless it gets worse.`;
}

/** What stands over the parts that every e-mail has. */
export const HEADINGS = { steps: 'What to do now', facts: 'Details', runbook: 'Runbook' } as const;

/** Between a link and a command that do the same. */
export const OTHER_WAY = 'or in a shell:';

export const ADMIN_TOKEN_NOTE =
  'The commands take your ID token as an admin from $ADMIN_TOKEN; it lasts 15 minutes, and README.md (Deploy) says how to get one.';
