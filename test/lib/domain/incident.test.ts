import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEALTHS } from '../../../lib/domain/health.ts';
import {
  causeOf,
  followIncidents,
  type Incident,
  type IncidentEvent,
  incidentSchema,
  openIncident,
  withoutTokenMs,
  worstHealth,
} from '../../../lib/domain/incident.ts';

const anEvent = (atMs: number, differing: Partial<IncidentEvent> = {}): IncidentEvent => ({
  atMs,
  health: 'degraded',
  code: 'ZOHO_UNAVAILABLE',
  detail: 'Zoho gave no answer.',
  failureClass: 'transient',
  ...differing,
});
const KNOWN = { connection: 'crm', tokenExpiresAtMs: 600_000 };
const follow = (events: readonly IncidentEvent[]): readonly Incident[] =>
  events.reduce<readonly Incident[]>((incidents, event) => followIncidents(incidents, KNOWN, event), []);

describe('the incidents of a connection', () => {
  it('say nothing of what is healthy', () => {
    const none: Incident[] = [];
    expect(followIncidents(none, KNOWN, anEvent(1, { health: 'healthy' }))).toBe(none);
  });

  it('the same again is no news', () => {
    const once = follow([anEvent(1)]);
    expect(followIncidents(once, KNOWN, anEvent(2, { detail: 'other words' }))).toBe(once);
    expect(follow([anEvent(1), anEvent(2, { code: 'OTHER' })])[0]?.timeline).toHaveLength(2);
    expect(follow([anEvent(1), anEvent(2, { health: 'down' })])[0]?.timeline).toHaveLength(2);
  });

  const at = (minutes: number) => minutes * 60_000;
  const minutesWithout = (events: readonly IncidentEvent[], nowMinutes = 0) => {
    const [incident] = follow(events);
    return incident && withoutTokenMs(incident, at(nowMinutes)) / 60_000;
  };

  it.each<[string, IncidentEvent[], number, number]>([
    [
      'nobody was, where the token outlived the trouble',
      [anEvent(at(1)), anEvent(at(5), { health: 'healthy' })],
      0,
      0,
    ],
    ['from when it ran out', [anEvent(at(1)), anEvent(at(30), { health: 'healthy' })], 0, 20],
    ['so far, while it is open', [anEvent(at(1))], 25, 15],
    [
      'from the discovery of a dead credential, whose access tokens Zoho ends',
      [
        anEvent(at(1)),
        anEvent(at(4), { failureClass: 'dead', health: 'down' }),
        anEvent(at(30), { health: 'healthy' }),
      ],
      0,
      26,
    ],
    [
      'not from before it began',
      [anEvent(at(20), { health: 'down' }), anEvent(at(30), { health: 'healthy' })],
      0,
      10,
    ],
  ])('how long consumers were without a token: %s', (_, events, nowMinutes, minutes) => {
    expect(minutesWithout(events, nowMinutes)).toBe(minutes);
  });

  it('came of what weighs most, whatever it began with', () => {
    const [incident] = follow([
      anEvent(1),
      anEvent(2, { failureClass: 'dead', code: 'CREDENTIAL_DEAD', health: 'down' }),
      anEvent(3, { failureClass: null, code: 'CONSENT_REQUESTED', health: 'down' }),
    ]);
    expect(incident && causeOf(incident)).toBe('dead');
    const [unknown] = follow([anEvent(1, { failureClass: null })]);
    expect(unknown && causeOf(unknown)).toBeNull();
  });

  it('one that was stored before there were causes can still be read', () => {
    const stored = {
      id: 'crm-1',
      openedAtMs: 1,
      closedAtMs: 2,
      timeline: [{ atMs: 1, health: 'down', code: 'A', detail: '' }],
    };
    expect(incidentSchema.parse(stored)).toMatchObject({
      tokenExpiresAtMs: null,
      timeline: [{ failureClass: null }],
    });
  });

  const events = fc.array(
    fc.record({ health: fc.constantFrom(...HEALTHS), code: fc.constantFrom('A', 'B', 'C') }),
    { maxLength: 200 },
  );

  it('at most one is open, and exactly when the last event was not healthy', () => {
    fc.assert(
      fc.property(events, (given) => {
        const incidents = follow(given.map((event, index) => anEvent(index, event)));
        const open = incidents.filter(({ closedAtMs }) => closedAtMs === null);
        const isHealthy = (given.at(-1)?.health ?? 'healthy') === 'healthy';
        expect(open).toHaveLength(isHealthy ? 0 : 1);
        expect(openIncident(incidents)).toBe(open[0] ?? null);
      }),
    );
  });

  it('stay few and short, newest first, each with its beginning and its end', () => {
    fc.assert(
      fc.property(events, (given) => {
        const incidents = follow(given.map((event, index) => anEvent(index, event)));
        expect(incidents.length).toBeLessThanOrEqual(20);
        const starts = incidents.map(({ openedAtMs }) => openedAtMs);
        expect(starts).toEqual([...starts].sort((a, b) => b - a));
        for (const { openedAtMs, closedAtMs, timeline } of incidents) {
          expect(timeline.length).toBeLessThanOrEqual(50);
          expect(timeline[0]?.atMs).toBe(openedAtMs);
          if (closedAtMs !== null)
            expect(timeline.at(-1)).toMatchObject({ atMs: closedAtMs, health: 'healthy' });
        }
      }),
    );
  });

  it('tell the worst that it was', () => {
    const [incident] = follow([
      anEvent(1),
      anEvent(2, { health: 'down' }),
      anEvent(3, { health: 'healthy' }),
    ]);
    expect(incident && worstHealth(incident)).toBe('down');
  });
});
