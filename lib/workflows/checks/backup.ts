import type { BackupStore } from '../../domain/backup.ts';
import type { BackupUnusableError } from '../../vault/backup-faults.ts';
import { type Assessment, fail, ok, warn } from './assessment.ts';

export const BACKUP_LIMIT = 'equal to the current credential and its client';

/** What one store has of the current credential. */
export type MeasuredBackup =
  | { readonly kind: 'nothingToBackUp' }
  | { readonly kind: 'missing'; readonly generation: number }
  | { readonly kind: 'unusable'; readonly generation: number; readonly fault: BackupUnusableError }
  | {
      readonly kind: 'found';
      readonly generation: number;
      /** Null where there is no current credential to compare with. */
      readonly isSameCredential: boolean | null;
      readonly isSameClient: boolean;
    };

const REWRITTEN =
  'The keeper writes it again by itself within six hours. If it does not, look for BACKUP_INCOMPLETE in the log of the sweep.';
const BY_REFRESH = 'POST /api/zoho/refresh backs it up now; the next refresh does so by itself.';

export function assessBackup(store: BackupStore, backup: MeasuredBackup): Assessment {
  if (backup.kind === 'nothingToBackUp') {
    return warn(
      'none',
      'No credential is known that could be backed up.',
      'Authorise the connection in the console, or by POST /api/zoho/emergency-reauth.',
    );
  }
  const value = `generation ${backup.generation}`;
  switch (backup.kind) {
    case 'missing':
      return fail(`no ${value}`, `The ${store} has no backup of ${value}.`, `${REWRITTEN} ${BY_REFRESH}`);
    case 'unusable':
      return fail(`${value}, unusable`, backup.fault.description, `${backup.fault.remedy} ${REWRITTEN}`);
    case 'found':
      return assessContent(store, backup, value);
  }
}

function assessContent(
  store: BackupStore,
  { isSameCredential, isSameClient }: Extract<MeasuredBackup, { kind: 'found' }>,
  value: string,
): Assessment {
  if (isSameCredential === null) {
    return warn(
      value,
      `The ${store} has a readable backup of ${value}, and there is no current credential to compare it with.`,
      'See to the check "credential" first.',
    );
  }
  if (!isSameCredential) {
    return fail(
      `${value}, another`,
      `The backup in the ${store} holds another credential than the current one of the same generation.`,
      BY_REFRESH,
    );
  }
  if (!isSameClient) {
    // So it is from when a client's secret is changed until the next refresh.
    return warn(
      `${value}, another client`,
      `The backup in the ${store} holds another client id or secret than Secrets Manager.`,
      BY_REFRESH,
    );
  }
  return ok(
    value,
    `The backup in the ${store} can be decrypted, and is equal to the current credential and client.`,
  );
}
