import type { ConnectionStatus } from '../api/answers.ts';
import { dayWords, timeOf } from './time.ts';

/**
 * What a restoration will do.
 *
 * @param newestKnown the highest generation that is known: the restored one comes back under the next
 */
export function restoreWords(
  {
    generation: running,
    obtainedAt,
    backups,
  }: Pick<ConnectionStatus, 'generation' | 'obtainedAt' | 'backups'>,
  wanted: number,
  newestKnown: number,
): string {
  const obtainedMs = timeOf(obtainedAt);
  const since = obtainedMs === null ? '' : `, obtained on ${dayWords(obtainedMs)}`;
  const stays =
    running === null
      ? ''
      : `Generation ${running} (running${since}) ${backupsOf(backups)} and is not revoked; `;
  const comes = `generation ${wanted} is proven at Zoho, and then comes back as generation ${newestKnown + 1}.`;
  return stays === '' ? comes.charAt(0).toUpperCase() + comes.slice(1) : stays + comes;
}

function backupsOf(backups: ConnectionStatus['backups']): string {
  return (backups?.stores ?? []).length > 0 ? 'stays in the backups' : 'is in no backup that is on record,';
}
