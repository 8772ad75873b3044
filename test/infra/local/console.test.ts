import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  isWorthShowing,
  type LogLine,
  parseLogLine,
  renderLine,
  renderReady,
  renderShellVariables,
  toJsonEvent,
} from '../../../infra/local/console.ts';

const REFRESHED: LogLine = {
  level: 'INFO',
  message: 'access token refreshed',
  timestamp: '2026-01-01T10:00:00.000Z',
  code: 'ACCESS_TOKEN_REFRESHED',
  connection: 'crm',
  generation: 1,
  expiresAt: '2026-01-01T11:00:00.000Z',
  nextRefreshAt: '2026-01-01T10:50:00.000Z',
  service: 'keeper',
  cold_start: true,
  function_request_id: 'id',
};
const FAILED: LogLine = {
  level: 'WARN',
  message: 'refresh failed: Zoho answered 503',
  timestamp: '2026-01-01T10:50:00.000Z',
  code: 'REFRESH_FAILED',
  connection: 'crm',
  health: 'degraded',
  consumersFineUntil: '2026-01-01T11:00:00.000Z',
  nextAttemptAt: '2026-01-01T10:51:00.000Z',
  remedy: 'Nothing to do: it is tried again.',
};

const ADDRESSES = {
  api: 'http://127.0.0.1:3000',
  console: 'http://127.0.0.1:3000/console',
  inbox: 'http://127.0.0.1:1',
  zoho: 'http://127.0.0.1:2',
  runbooks: 'http://127.0.0.1:4',
  aws: { endpoint: 'http://127.0.0.1:3', region: 'us-east-1' },
  adminToken: 'header.claims.signature',
};

describe('what a person sees', () => {
  it('is one line per event: when, which connection, what, expires when, next when', () => {
    expect(renderLine(REFRESHED, { color: false })).toMatch(
      /^10:00:00 {2}crm {13}access token refreshed {24}expires 11:00:00 {2}next 10:50:00$/,
    );
  });

  it('says of a failure how bad it is, until when consumers are fine, and what to do', () => {
    expect(renderLine(FAILED, { color: false })).toContain(
      'health degraded  consumers fine until 11:00:00  next try 10:51:00  Nothing to do: it is tried again.',
    );
  });

  it('is colored only when asked', () => {
    expect(renderLine(FAILED, { color: true })).toContain('\u001b[33m');
    expect(renderLine(FAILED, { color: false })).not.toContain('\u001b');
  });

  it('starts with every address, and how to use them', () => {
    const text = renderReady(ADDRESSES, {
      speed: 60,
      variablesFile: '.local/env',
      readyAfterMs: 3_940,
      connection: 'books',
    });
    for (const expected of [
      ':3000\n',
      ':3000/console\n',
      ':1\n',
      ':2 ',
      ':3 ',
      ':4\n',
      '. .local/env\n',
      '60 ×',
      'after 3.9 s',
      'zoho/books/access-token\n',
    ]) {
      expect(text).toContain(expected);
    }
    expect(text, 'a token is a wall of letters').not.toContain(ADDRESSES.adminToken);
  });

  it('has the addresses and the token as variables of the shell', () => {
    const print =
      'echo $API_URL $ADMIN_TOKEN $AWS_ENDPOINT_URL $AWS_REGION $AWS_ACCESS_KEY_ID $AUDIT_TABLE_NAME $AUDIT_KEY_ID';
    const outputs = { AuditTableName: 'Audit1', AuditKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1' };
    const script = `${renderShellVariables({ ...ADDRESSES, outputs })}${print}`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
      'http://127.0.0.1:3000 header.claims.signature http://127.0.0.1:3 us-east-1 operator Audit1 arn:aws:kms:us-east-1:000000000000:key/1\n',
    );
  });
});

describe('what a script gets', () => {
  it('is the event in camel case with its own fields, without the logger’s', () => {
    expect(toJsonEvent(REFRESHED)).toEqual({
      event: 'accessTokenRefreshed',
      connection: 'crm',
      at: '2026-01-01T10:00:00.000Z',
      message: 'access token refreshed',
      generation: 1,
      expiresAt: '2026-01-01T11:00:00.000Z',
      nextRefreshAt: '2026-01-01T10:50:00.000Z',
    });
  });
});

describe('which lines are shown', () => {
  it.each<[string, Partial<LogLine>, boolean]>([
    ['an outcome of a connection', {}, true],
    ['an information without a connection', { connection: undefined }, false],
    ['a debug line', { level: 'DEBUG' }, false],
    ['a warning of any kind', { level: 'WARN', code: undefined, connection: undefined }, true],
    ['an error of any kind', { level: 'ERROR', code: undefined }, true],
  ])('%s', (_, differing, expected) => {
    expect(isWorthShowing({ ...REFRESHED, ...differing } as LogLine)).toBe(expected);
  });

  it.each([['plain text'], ['{"level":"INFO"}'], ['[]']])('not %s, which is no structured log', (line) => {
    expect(parseLogLine(line)).toBeNull();
  });

  it('reads what Powertools writes', () => {
    expect(parseLogLine(JSON.stringify(REFRESHED))).toEqual(REFRESHED);
  });
});
