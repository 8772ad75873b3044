import type { KeyDescription } from '../../vault/key-state.ts';
import { type Assessment, fail, ok } from './assessment.ts';

export const KEY_LIMIT = 'Enabled';

const NAMES = { primary: 'primary key', backup: 'backup key' } as const;
const AFTERWARDS = {
  primary: 'See docs/runbooks/primary-key-lost.md for what to do besides.',
  backup: 'While it cannot be used, no backup can be read or written.',
} as const;

export function assessKey(
  which: keyof typeof NAMES,
  keyId: string,
  { state }: Pick<KeyDescription, 'state'>,
): Assessment {
  const name = NAMES[which];
  const enable = `aws kms enable-key --key-id ${keyId}`;
  switch (state) {
    case 'Enabled':
      return ok(state, `The ${name} can be used.`);
    case 'Disabled':
      return fail(state, `The ${name} is disabled.`, `Enable it: ${enable}. ${AFTERWARDS[which]}`);
    case 'PendingDeletion':
      return fail(
        state,
        `The ${name} is about to be deleted.`,
        `Take that back: aws kms cancel-key-deletion --key-id ${keyId}, then ${enable}. ${AFTERWARDS[which]}`,
      );
    case 'NotFound':
      return fail(state, `There is no ${name} ${keyId} any more.`, `It is lost for good. ${LOST[which]}`);
    default:
      return fail(
        state,
        `The ${name} cannot be used in this state.`,
        `See why: aws kms describe-key --key-id ${keyId}. ${AFTERWARDS[which]}`,
      );
  }
}

const LOST = {
  primary: AFTERWARDS.primary,
  backup:
    'Take the key out of the stack and deploy, so that a new one is made; the keeper then backs everything up anew.',
} as const;
