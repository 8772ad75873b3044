import { describe, expect, it } from 'vitest';
import { standingOf } from '../../../console/model/standing.ts';
import { localWords } from '../../../console/model/time.ts';
import { FAILURE_CLASSES } from '../../../lib/domain/failure.ts';
import { aFailure, aStatus, MINUTE_MS, minutesFromNow, NOW_MS } from '../support.ts';

const at = (minutes: number) => localWords(NOW_MS + minutes * MINUTE_MS, NOW_MS);

describe('how a connection stands', () => {
  it('says that everything is fine, and until when consumers are', () => {
    expect(standingOf(aStatus(), NOW_MS)).toEqual({
      tone: 'fine',
      title: 'Everything is fine',
      since: null,
      consumers: { assurance: `Consumers are fine until ${at(31)}`, more: 'Their token is renewed in time.' },
      remedy: null,
    });
  });

  it('asks for a consent when the refresh token is dead, and does not call consumers fine', () => {
    const status = aStatus({
      health: 'down',
      lastFailure: aFailure('dead'),
      openIncident: `crm-${NOW_MS - 42 * MINUTE_MS}`,
    });
    const { tone, since, consumers, remedy } = standingOf(status, NOW_MS);
    expect({ tone, kind: remedy?.kind, since }).toEqual({
      tone: 'failure',
      kind: 'consent',
      since: `since ${at(-42)}, for 42 min`,
    });
    expect(consumers.assurance).toBe('Consumers probably fail already');
  });

  it('tells what the API says to do when a consent does not help', () => {
    const status = aStatus({ health: 'degraded', lastFailure: aFailure('misconfigured') });
    expect(standingOf(status, NOW_MS).remedy).toEqual({ kind: 'words', words: 'What to do.' });
  });

  it('says since when consumers are without a token', () => {
    const status = aStatus({ accessTokenExpiresAt: minutesFromNow(-47), consumersFineUntil: null });
    const { consumers, remedy } = standingOf(status, NOW_MS);
    expect(consumers.assurance).toBe(`Consumers are without a token since ${at(-47)}`);
    expect(remedy?.words).toMatch(/Look whether the sweep runs/);
  });

  it('has a sentence of its own for each class of failures', () => {
    const titles = FAILURE_CLASSES.map(
      (failureClass) =>
        standingOf(aStatus({ health: 'down', lastFailure: aFailure(failureClass) }), NOW_MS).title,
    );
    expect(new Set(titles).size).toBe(FAILURE_CLASSES.length);
  });
});
