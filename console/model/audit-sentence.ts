import type { AuditEntryAnswer } from '../api/answers.ts';
import { CODE_WORDS, codeWords } from './code-words.ts';
import { sentence, type Tone } from './words.ts';

type Operation = AuditEntryAnswer['operation'];
type Outcome = AuditEntryAnswer['outcome'];

/** What was done, as `did`, and what was wanted, as `to`. */
const OPERATIONS: Readonly<Record<Operation, { readonly did: string; readonly to: string }>> = {
  refresh: { did: 'refreshed the access token', to: 'refresh the access token' },
  'emergency-reauth': { did: 'got a link to a consent', to: 'get a link to a consent' },
  consent: { did: 'consented at Zoho', to: 'take up a consent from Zoho' },
  'manual-token-update': { did: 'replaced the credential by hand', to: 'replace the credential by hand' },
  'manual-token-update-dry-run': { did: 'proved a refresh token', to: 'prove a refresh token' },
  restore: { did: 'restored a generation', to: 'restore a generation' },
  renewal: { did: 'opened a renewal', to: 'open a renewal' },
  backup: { did: 'backed up the credential', to: 'back up the credential' },
  'restore-drill': { did: 'minted from a backup, to see that it works', to: 'mint from a backup' },
  'health-check': { did: 'checked the health', to: 'check the health' },
  revoke: { did: 'revoked a replaced refresh token', to: 'revoke a replaced refresh token' },
  anchor: { did: 'sealed the audit', to: 'seal the audit' },
};

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly Operation[];

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  attempted: 'Begun',
  succeeded: 'Succeeded',
  unchanged: 'Nothing to do',
  refused: 'Refused',
  failed: 'Failed',
};

const OUTCOME_TONES: Readonly<Record<Outcome, Tone>> = {
  attempted: 'neutral',
  succeeded: 'fine',
  unchanged: 'neutral',
  refused: 'attention',
  failed: 'failure',
};

/** What succeeded, and still is not all well. */
const SUCCESS_TONES: Readonly<Record<string, Tone>> = {
  STAGED: 'attention',
  BACKUP_INCOMPLETE: 'attention',
  HEALTH_WARN: 'attention',
  HEALTH_FAIL: 'failure',
};

export function auditTone({ outcome, code }: Pick<AuditEntryAnswer, 'outcome' | 'code'>): Tone {
  return (outcome === 'succeeded' ? SUCCESS_TONES[code ?? ''] : undefined) ?? OUTCOME_TONES[outcome];
}

/** An entry of the audit as a person tells it; its code and reason stand beside it. */
export function auditSentence({ actor, operation, outcome, generation, code }: AuditEntryAnswer): string {
  const { did, to } = OPERATIONS[operation];
  // An e-mail address stays as it is.
  const who = actor.kind === 'admin' && actor.name !== null ? actor.name : sentence(actorWords(actor));
  const why = code === null ? '' : `: ${codeWords(code)}`;
  const which = generation === null ? '' : `, generation ${generation}`;
  switch (outcome) {
    case 'attempted':
      return `${who} began to ${to}`;
    case 'succeeded':
      // Where the code has no words, such as that of the store that was written to, the sentence is whole without it.
      return `${who} ${did}${which}${CODE_WORDS[code ?? ''] === undefined ? '' : why}`;
    case 'unchanged':
      return `${who} wanted to ${to}, and there was nothing to do${why}`;
    case 'refused':
      return `${who} was not let ${to}${why}`;
    case 'failed':
      return `${who} could not ${to}${why}`;
  }
}

/** An actor as a colleague would name them. */
export function actorWords({ kind, id, name }: AuditEntryAnswer['actor']): string {
  switch (kind) {
    case 'admin':
      return name ?? `the admin ${id}`;
    case 'schedule':
      return `the schedule “${id}”`;
    case 'anonymous':
      return 'somebody who did not sign in';
  }
}
