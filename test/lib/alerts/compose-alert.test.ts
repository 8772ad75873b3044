import { describe, expect, it } from 'vitest';
import { composeAlert } from '../../../lib/alerts/compose-alert.ts';
import type { Incident } from '../../../lib/domain/incident.ts';
import { aConnection, aState } from '../../support/builders.ts';

const MINUTE_MS = 60_000;
const NOW_MS = Date.parse('2027-03-01T00:00:00.000Z');
const event = { health: 'down', code: 'A', detail: 'It failed.', failureClass: 'transient' } as const;
const anIncident = (closedAtMs: number | null, events = 1): Incident => ({
  id: 'crm-1',
  openedAtMs: NOW_MS - 60 * MINUTE_MS,
  closedAtMs,
  tokenExpiresAtMs: null,
  timeline: Array.from({ length: events }, (_, index) => ({
    ...event,
    atMs: NOW_MS - 60 * MINUTE_MS + index,
  })),
});
const recovered = (incident: Incident, toldMinutesAgo: number) => {
  const news = { kind: 'recovered', wasDown: true, toldAtMs: NOW_MS - toldMinutesAgo * MINUTE_MS } as const;
  const alert = composeAlert(news, {
    connection: aConnection(),
    state: aState(),
    incidents: [incident],
    nowMs: NOW_MS,
    cooldownMs: 1,
    newId: () => 'an id',
  });
  return alert.kind === 'recovered' ? alert.incident : undefined;
};

describe('a recovery is told with its incident', () => {
  it('that closed since people were told of the problem', () => {
    expect(recovered(anIncident(NOW_MS), 50)?.id).toBe('crm-1');
  });

  it('and with none that was over before, or is still open', () => {
    expect(recovered(anIncident(NOW_MS - 51 * MINUTE_MS), 50)).toBeNull();
    expect(recovered(anIncident(null), 50)).toBeNull();
  });

  it('of which only the beginning and the end are kept where it is long', () => {
    const timeline = recovered(anIncident(NOW_MS, 50), 50)?.timeline ?? [];
    expect(timeline).toHaveLength(20);
    expect([timeline[0]?.atMs, timeline.at(-1)?.atMs]).toEqual([
      NOW_MS - 60 * MINUTE_MS,
      NOW_MS - 60 * MINUTE_MS + 49,
    ]);
  });
});
