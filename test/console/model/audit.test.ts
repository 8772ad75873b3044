import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { foldAttempts } from '../../../console/model/audit-fold.ts';
import { auditQuery, OUTCOMES } from '../../../console/model/audit-query.ts';
import { auditSentence, auditTone, OPERATION_NAMES } from '../../../console/model/audit-sentence.ts';
import { CODE_WORDS } from '../../../console/model/code-words.ts';
import { rangeWords } from '../../../console/model/verification-words.ts';
import { AUDIT_OPERATIONS, AUDIT_OUTCOMES } from '../../../lib/domain/audit-entry.ts';
import { CHECK_STATUSES } from '../../../lib/domain/health-report.ts';
import { AUDIT } from '../../../lib/http/contracts/audit.ts';
import { anEntry, minutesFromNow } from '../support.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('the audit in sentences', () => {
  it('tells who did what, and why not', () => {
    const admin = { kind: 'admin', id: 'a-subject', name: 'admin@example.com' } as const;
    expect(auditSentence(anEntry({ generation: 7 }))).toBe(
      'The schedule “tick” refreshed the access token, generation 7',
    );
    expect(
      auditSentence(
        anEntry({ actor: admin, operation: 'restore', outcome: 'refused', code: 'RATE_LIMITED' }),
      ),
    ).toBe('admin@example.com was not let restore a generation: too often within an hour');
    expect(auditSentence(anEntry({ outcome: 'failed', code: 'SOMETHING_NEW' }))).toBe(
      'The schedule “tick” could not refresh the access token: code SOMETHING_NEW',
    );
  });

  it('tells what a success leaves open, and has its tone', () => {
    const staged = anEntry({ operation: 'consent', code: 'STAGED', generation: 8 });
    expect(auditSentence(staged)).toMatch(/, generation 8: it is kept, and the next sweep goes on with it$/);
    expect(auditTone(staged)).toBe('attention');
    expect(auditTone(anEntry({ operation: 'health-check', code: 'HEALTH_FAIL' }))).toBe('failure');
    expect(auditTone(anEntry())).toBe('fine');
    expect(auditSentence(anEntry({ operation: 'backup', code: 'WRITTEN_TO_TABLE' }))).toBe(
      'The schedule “tick” backed up the credential',
    );
  });

  it('has a sentence for each operation and outcome, no two alike', () => {
    expect(OPERATION_NAMES).toEqual(AUDIT_OPERATIONS);
    const sentences = AUDIT_OPERATIONS.flatMap((operation) =>
      AUDIT_OUTCOMES.map((outcome) => auditSentence(anEntry({ operation, outcome }))),
    );
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe('codes in words', () => {
  it('are codes that the keeper has', () => {
    const sources = globSync('lib/**/*.ts', { cwd: ROOT }).map((file) =>
      readFileSync(join(ROOT, file), 'utf8'),
    );
    const text = sources.join('\n');
    const reports = CHECK_STATUSES.map((status) => `HEALTH_${status.toUpperCase()}`);
    const unknown = Object.keys(CODE_WORDS).filter(
      (code) => !text.includes(`'${code}'`) && !reports.includes(code),
    );
    expect(unknown).toEqual([]);
  });
});

describe('operations, each once', () => {
  const begun = anEntry({ id: 'a', outcome: 'attempted', at: minutesFromNow(-6) });
  const done = anEntry({ id: 'b' });

  it('an attempt stands with its outcome', () => {
    expect(foldAttempts([done, begun])).toEqual([{ entry: done, begunAt: begun.at }]);
  });

  it('an attempt without an outcome stands alone: something was cut off', () => {
    const other = anEntry({ id: 'c', operationId: 'another' });
    expect(foldAttempts([begun, other])).toEqual([
      { entry: begun, begunAt: null },
      { entry: other, begunAt: null },
    ]);
  });
});

describe('what a verification looked at', () => {
  it.each([
    [{ entries: 1, fromSequence: 1, toSequence: 1 }, /^1 entry looked at, from 1 to 1\.$/],
    [
      { entries: 10_000, fromSequence: 5, toSequence: 10_004 },
      /from 5 to 10004\. This is of the newest 10,000 entries/,
    ],
    [{ entries: 0, fromSequence: null, toSequence: 12 }, /^There was no entry to look at\.$/],
    [{ entries: 0, fromSequence: 0, toSequence: 0 }, /^There was no entry to look at\.$/],
  ])('case %#', (answer, words) => {
    expect(rangeWords(answer)).toMatch(words);
  });
});

describe('a search of the audit', () => {
  it('is one that the contract takes, with whole minutes taken in', () => {
    const query = auditQuery({
      connection: 'crm',
      actor: 'tick',
      outcome: 'failed',
      from: '2026-01-31T08:00',
      to: '2026-01-31T08:00',
    });
    const { from = 0, to = 0, ...others } = AUDIT.query.parse(query);
    expect(to - from).toBe(59_999);
    expect(others).toEqual({ connection: 'crm', actor: 'tick', outcome: 'failed', limit: 50 });
  });

  it('leaves out what is no outcome and no time', () => {
    expect(auditQuery({ outcome: 'lost', from: 'yesterday' })).toEqual({ limit: '50' });
    expect(OUTCOMES.toSorted()).toEqual([...AUDIT_OUTCOMES].sort());
  });
});
