import type { Connection } from '../../config/configuration.ts';
import type { ConnectionState } from '../../domain/connection-state.ts';
import { type Assessment, fail, ok, warn } from './assessment.ts';

/**
 * How many refresh tokens Zoho keeps for a user and a client; the next one silently ends the oldest.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/oauth-limits.html
 */
const SLOTS = 20;
const MANY = 15;
const NEARLY_ALL = 19;

export const SLOTS_LIMIT = `fewer than ${MANY} of the ${SLOTS} that Zoho keeps`;

/**
 * How many refresh tokens of a client the keeper knows to live: those that run, those that were replaced and are not
 * revoked yet, and those that are staged; of all connections, as if one user had consented to all of them.
 */
export function countSlots(
  client: string,
  connections: readonly Pick<Connection, 'id' | 'client'>[],
  states: ReadonlyMap<string, ConnectionState>,
): number {
  const used = connections
    .filter((connection) => connection.client === client)
    .map(({ id }) => slotsOf(states.get(id) ?? null));
  return used.reduce((sum, slots) => sum + slots, 0);
}

function slotsOf(state: ConnectionState | null): number {
  if (!state) return 0;
  const { generation, superseded, hasStagedCredential, stagedAtMs } = state;
  const running = generation === null ? 0 : 1;
  const isStaged = stagedAtMs !== null || (generation !== null && hasStagedCredential);
  return running + (superseded?.versionIds.length ?? 0) + (isStaged ? 1 : 0);
}

export function assessSlots(client: string, slots: number): Assessment {
  const value = `at least ${slots} of ${SLOTS}`;
  if (slots < MANY) return ok(value, `So many refresh tokens of the client "${client}" are known to live.`);
  const detail = `With the one after the ${SLOTS}th Zoho ends the oldest refresh token of the client "${client}", though it may be in use.`;
  const remedy = `Wait until what was replaced is revoked (70 minutes; REVOCATION_POSTPONED in the log says why not), let the Zoho user take away what nobody needs (Zoho's account page, Connected Apps), or give some connections another client (zoho/clients/<client>).`;
  return slots < NEARLY_ALL ? warn(value, detail, remedy) : fail(value, detail, remedy);
}
