import { describe, expect, it } from 'vitest';
import { consentResult } from '../../../console/model/consent-result.ts';
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

  it('says nothing after 15 minutes, and nothing of a credential that another one replaced', () => {
    expect(consentResult([consent({ at: minutesFromNow(-15) })], NOW_MS)).toBeNull();
    const restored = anEntry({ sequence: 14, operation: 'restore' });
    expect(consentResult([restored, consent({ generation: 8 })], NOW_MS)).toBeNull();
    expect(consentResult([anEntry()], NOW_MS)).toBeNull();
  });
});

describe('what a restoration will do', () => {
  it('names what stays and what comes back', () => {
    const running = { generation: 7, obtainedAt: '2026-10-01T12:00:00Z' };
    expect(restoreWords(running, 5, 7)).toBe(
      'Generation 7 (running, obtained on 1 October 2026) stays in the backups and is not revoked; generation 5 is proven at Zoho, and then comes back as generation 8.',
    );
    expect(restoreWords({ generation: null, obtainedAt: null }, 5, 6)).toBe(
      'Generation 5 is proven at Zoho, and then comes back as generation 7.',
    );
  });
});
