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

  it('claims nothing after the token ran out where what was read is old', () => {
    const laterMs = NOW_MS + 90 * MINUTE_MS;
    const { tone, title, since, consumers, remedy } = standingOf(aStatus(), laterMs, { untilMs: NOW_MS });
    expect({ tone, title, since, remedy }).toEqual({
      tone: 'neutral',
      title: 'How it stands is not known',
      since: null,
      remedy: null,
    });
    expect(consumers.assurance).toBe(
      `How consumers are is not known since ${localWords(NOW_MS + 31 * MINUTE_MS, laterMs)}`,
    );
  });

  it('says that the latest health check found something wrong, and where that stands', () => {
    const lastHealthCheck = { at: minutesFromNow(-9), status: 'fail', checks: [] } as const;
    const { tone, title, consumers, remedy } = standingOf(aStatus({ lastHealthCheck }), NOW_MS);
    expect({ tone, title, kind: remedy?.kind }).toEqual({
      tone: 'attention',
      title: 'Consumers are fine; the latest health check found something wrong',
      kind: 'findings',
    });
    expect(consumers.assurance).toBe(`Consumers are fine until ${at(31)}`);
  });

  it('does not ask for a consent while one is kept', () => {
    const status = aStatus({ health: 'down', lastFailure: aFailure('dead') });
    const { title, remedy } = standingOf(status, NOW_MS, { isConsentKept: true });
    expect([title, remedy?.kind]).toEqual(['A new consent is kept, and the next sweep finishes it', 'words']);
    const throttled = aStatus({ health: 'degraded', lastFailure: aFailure('throttled') });
    expect(standingOf(throttled, NOW_MS, { isConsentKept: true }).title).toMatch(/^Zoho is throttling/);
  });

  it('tells a credential that was lost from one that never was', () => {
    const unauthorized = { health: 'down', lastFailure: aFailure('unauthorized') } as const;
    expect(standingOf(aStatus({ ...unauthorized, generation: null }), NOW_MS).title).toMatch(/^Nobody/);
    expect(standingOf(aStatus({ ...unauthorized, generation: 7 }), NOW_MS).title).toMatch(
      /^The credential is gone from every store/,
    );
  });

  it('has a sentence of its own for each class of failures', () => {
    const titles = FAILURE_CLASSES.map(
      (failureClass) =>
        standingOf(aStatus({ health: 'down', lastFailure: aFailure(failureClass) }), NOW_MS).title,
    );
    expect(new Set(titles).size).toBe(FAILURE_CLASSES.length);
  });
});
