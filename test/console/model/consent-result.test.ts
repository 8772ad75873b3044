import { describe, expect, it } from 'vitest';
import { consentResult, isConsentKept, isConsentUnderWay } from '../../../console/model/consent-result.ts';
import { restoreWords } from '../../../console/model/restore-words.ts';
import { anEntry, minutesFromNow, NOW_MS } from '../support.ts';

const consent = (over: Parameters<typeof anEntry>[0]) => anEntry({ operation: 'consent', ...over });

describe('what became of a consent', () => {
  it('tells the new generation', () => {
    const result = consentResult([consent({ generation: 8 })], NOW_MS);
    expect(result).toEqual({
      tone: 'fine',
      title: 'The consent was accepted',
      detail: 'Generation 8 came of it 5 min ago.',
    });
  });

  it('says why it was not taken up, and that the running credential stays', () => {
    const entries = [
      consent({ sequence: 13, outcome: 'failed', code: 'SCOPE_MISSING' }),
      consent({ sequence: 12, generation: 8 }),
    ];
    expect(consentResult(entries, NOW_MS)?.detail).toBe(
      'Not every permission was granted (5 min ago). The running credential stays as it is.',
    );
  });

  it('says that one is kept until a refresh has run with it, and not to consent again', () => {
    const staged = consent({ sequence: 12, code: 'STAGED', generation: 8 });
    expect(consentResult([staged], NOW_MS)).toMatchObject({
      tone: 'attention',
      title: 'The consent is almost done',
      detail: expect.stringMatching(/Do not consent again\.$/),
    });
    expect(isConsentKept([staged], NOW_MS)).toBe(true);

    const ofOlder = anEntry({ sequence: 13, generation: 7 });
    expect(isConsentKept([ofOlder, staged], NOW_MS)).toBe(true);
    const finishing = anEntry({ sequence: 14, generation: 8 });
    expect(isConsentKept([finishing, ofOlder, staged], NOW_MS)).toBe(false);
    expect(consentResult([finishing, staged], NOW_MS)?.tone).toBe('fine');
  });

  it('is under way until its outcome is there', () => {
    const begun = consent({ sequence: 12, outcome: 'attempted' });
    expect(isConsentUnderWay([begun], NOW_MS)).toBe(true);
    expect(isConsentUnderWay([consent({ sequence: 13, outcome: 'failed' }), begun], NOW_MS)).toBe(false);
  });

  it('says nothing after 15 minutes, and nothing of a credential that another one replaced', () => {
    expect(consentResult([consent({ at: minutesFromNow(-15) })], NOW_MS)).toBeNull();
    const restored = anEntry({ sequence: 14, operation: 'restore' });
    expect(consentResult([restored, consent({ generation: 8 })], NOW_MS)).toBeNull();
    expect(consentResult([anEntry()], NOW_MS)).toBeNull();
  });
});

describe('what a restoration will do', () => {
  it('names what stays and what comes back', () => {
    const running = {
      generation: 7,
      obtainedAt: '2026-10-01T12:00:00Z',
      backups: { stores: ['table'], checkedAt: minutesFromNow(-1) },
    } as const;
    expect(restoreWords(running, 5, 7)).toBe(
      'Generation 7 (running, obtained on 1 October 2026) stays in the backups and is not revoked; generation 5 is proven at Zoho, and then comes back as generation 8.',
    );
    expect(restoreWords({ generation: null, obtainedAt: null, backups: null }, 5, 6)).toBe(
      'Generation 5 is proven at Zoho, and then comes back as generation 7.',
    );
  });

  it('promises no backup of a running credential that is in none', () => {
    for (const backups of [null, { stores: [], checkedAt: minutesFromNow(-1) }])
      expect(restoreWords({ generation: 7, obtainedAt: null, backups }, 5, 7)).toMatch(
        /^Generation 7 \(running\) is in no backup that is on record, and is not revoked; /,
      );
  });
});
