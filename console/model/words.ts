import type { Check, CheckStatus, ConnectionStatus, IncidentAnswer } from '../api/answers.ts';
import type { KnownHealth } from './health.ts';

/** How something stands, for its colour and its shape. */
export type Tone = 'fine' | 'attention' | 'failure' | 'neutral';

export const HEALTH_WORDS: Readonly<Record<KnownHealth, string>> = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  down: 'Down',
  unknown: 'Not known',
};

export const HEALTH_TONES: Readonly<Record<KnownHealth, Tone>> = {
  healthy: 'fine',
  degraded: 'attention',
  down: 'failure',
  unknown: 'neutral',
};

export const CHECK_STATUS_WORDS: Readonly<Record<CheckStatus, string>> = {
  ok: 'All in order',
  warn: 'Worth a look',
  fail: 'Something is wrong',
};

export const CHECK_TONES: Readonly<Record<CheckStatus, Tone>> = {
  ok: 'fine',
  warn: 'attention',
  fail: 'failure',
};

export const CHECK_WORDS: Readonly<Record<Check['name'], string>> = {
  credential: 'Credential',
  backupTable: 'Backup in the table',
  backupBucket: 'Backup in the bucket',
  probe: 'Zoho accepts the token',
  minutesLeft: 'Life left in the token',
  lastSuccess: 'Last refresh',
  lastDay: 'Refreshes of the last day',
  renewal: 'Renewal',
  refreshTokenSlots: 'Room for another consent',
  stagedLeftovers: 'Nothing left half done',
  primaryKey: 'Key of the secrets',
  backupKey: 'Key of the backups',
  secrets: 'Secrets',
  auditChain: 'Audit chain',
  email: 'E-mail',
  restoreDrill: 'Restore drill',
};

export const SOURCE_WORDS: Readonly<Record<NonNullable<ConnectionStatus['source']>, string>> = {
  operator: 'put by an operator',
  rotation: 'sent by Zoho with a refresh',
  consent: 'from a consent',
  override: 'brought by hand',
  restore: 'restored from a backup',
  recovery: 'recovered by itself',
};

export const PLACE_WORDS: Readonly<Record<NonNullable<ConnectionStatus['lastRecovery']>['from'], string>> = {
  staged: 'the staged version',
  current: 'its own place',
  previous: 'the previous version',
  backupTable: 'the backup in the table',
  backupBucket: 'the backup in the bucket',
};

export const CAUSE_WORDS: Readonly<Record<NonNullable<IncidentAnswer['cause']>, string>> = {
  transient: 'no usable answer from Zoho',
  throttled: 'Zoho was throttling',
  dead: 'the refresh token was dead',
  misconfigured: 'it was set up wrongly',
  unauthorized: 'there was no credential',
  store: 'trouble with AWS or a secret',
};

/** Where the running credential is backed up. */
export function backupWords(backups: ConnectionStatus['backups']): { tone: Tone; words: string } {
  const stores = backups?.stores ?? [];
  if (stores.length === 2) return { tone: 'fine', words: 'in the table and in the bucket' };
  const [only] = stores;
  if (only !== undefined)
    return { tone: 'attention', words: `in the ${only} only; the other is tried again every five minutes` };
  return { tone: 'attention', words: 'not backed up yet' };
}

/** Such as `1 event`, `3 events`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Such as `2nd`, `11th`, `23rd`. */
export function ordinal(count: number): string {
  const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
  return `${count}${endings[new Intl.PluralRules('en-GB', { type: 'ordinal' }).select(count)] ?? 'th'}`;
}

/** As the beginning of a sentence. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
