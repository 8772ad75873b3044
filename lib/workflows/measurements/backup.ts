import { isDeepStrictEqual } from 'node:util';
import type { BackupStore } from '../../domain/backup.ts';
import { findBackupIn } from '../../vault/find-backups.ts';
import type { MeasuredBackup } from '../checks/backup.ts';
import type { CheckContext } from './context.ts';

/** Decrypts what one store has of the credential that is current, or else ran last, and compares it. */
export async function measureBackup(context: CheckContext, store: BackupStore): Promise<MeasuredBackup> {
  const { deps, connection } = context;
  const current = await context.current();
  const credential = current.kind === 'usable' ? current.credential : null;
  const generation = credential?.generation ?? (await context.state())?.generation ?? null;
  if (generation === null) return { kind: 'nothingToBackUp' };
  const found = await findBackupIn(store, deps.backups, connection.id, generation);
  if (!found) return { kind: 'missing', generation };
  if (found.kind === 'unusable') return { kind: 'unusable', generation, fault: found.fault };
  const { content } = found;
  return {
    kind: 'found',
    generation,
    isSameCredential: credential && isDeepStrictEqual(content.credential, credential),
    isSameClient: isDeepStrictEqual(content.client, await deps.readClient(connection)),
  };
}
