import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  disableAdmin,
  get,
  lookUpCalls,
  post,
  printRenewal,
  verifyAudit,
} from '../../../../lib/alerts/mail/commands.ts';

const api = { apiUrl: 'https://api.example.com/v1/' };

/** What a shell makes of a command: the program and each of its arguments. */
function wordsOf(command: string): string[] {
  const said = `say() { printf '%s\\0' "$@"; }\nADMIN_TOKEN=secret USER_POOL_ID=pool AUDIT_TABLE_NAME=table AUDIT_KEY_ID=key\nsay ${command}`;
  return execFileSync('sh', ['-c', said], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** Such as an admin's own words, or what an intruder would have a colleague paste. */
const hostile = fc.string({ unit: fc.constantFrom(...'\'"`$();|&<>\\! ', '$(touch x)', 'a', '€') });

describe('a command to paste', () => {
  it('asks for an operation with the admin’s token out of the shell', () => {
    expect(wordsOf(post(api, 'restore', { connection: 'crm', generation: 7 }))).toEqual([
      'curl',
      '-X',
      'POST',
      'https://api.example.com/v1/api/zoho/restore',
      '-H',
      'Authorization: Bearer secret',
      '-H',
      'Content-Type: application/json',
      '-d',
      '{"connection":"crm","generation":7}',
    ]);
  });

  it('looks', () => {
    expect(wordsOf(get(api, 'audit', { connection: 'crm', limit: '50' }))).toEqual([
      'curl',
      '-H',
      'Authorization: Bearer secret',
      'https://api.example.com/v1/api/zoho/audit?connection=crm&limit=50',
    ]);
    expect(wordsOf(get(api, 'status')).at(-1)).toBe('https://api.example.com/v1/api/zoho/status');
  });

  it('prints where to consent to a renewal, since a browser has no token', () => {
    expect(printRenewal(api, 'crm')).toBe(
      `curl -s -o /dev/null -w '%{redirect_url}\\n' -H "Authorization: Bearer $ADMIN_TOKEN" 'https://api.example.com/v1/api/zoho/renewal?connection=crm'`,
    );
  });

  it('takes what it cannot know from the shell', () => {
    expect(wordsOf(disableAdmin('a-subject')).slice(-3)).toEqual(['pool', '--username', 'a-subject']);
    expect(wordsOf(verifyAudit('crm')).slice(-6)).toEqual([
      '--table',
      'table',
      '--key',
      'key',
      '--connection',
      'crm',
    ]);
    expect(wordsOf(lookUpCalls('DeleteSecret'))).toContain(
      'AttributeKey=EventName,AttributeValue=DeleteSecret',
    );
  });

  it('means nothing but itself to a shell, whatever is in it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(wordsOf(post(api, 'emergency-reauth', { connection: text })).at(-1)).toBe(
          JSON.stringify({ connection: text }),
        );
        expect(wordsOf(disableAdmin(text)).at(-1)).toBe(text);
        const address = wordsOf(get(api, 'audit', { actor: text })).at(-1) ?? '';
        expect(new URL(address).searchParams.get('actor')).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});
