import { disableAdmin } from './commands.ts';
import type { Step } from './mail.ts';

/**
 * What to do first about somebody who should not be an admin.
 *
 * @param subject of their token
 */
export function shutOut(subject: string): Step {
  return {
    text: 'Disable the account in Cognito; $USER_POOL_ID is the stack’s output UserPoolId. A token that it has already works for 15 minutes more.',
    command: disableAdmin(subject),
  };
}
