import { AwsError } from '../aws/service.ts';
import type { AccessRequest, Decision } from './evaluate.ts';

/**
 * How AWS says no.
 *
 * @param callerArn the session or user that asked
 * @param shownAs what the message names in place of the ARN, null for nothing at all
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function accessDenied(
  callerArn: string,
  { action, resource }: AccessRequest,
  { how, policy }: Extract<Decision, { kind: 'denied' }>,
  shownAs: string | null = resource,
): AwsError {
  const what = shownAs === null ? action : `${action} on resource: ${shownAs}`;
  const article = policy === 'identity' ? 'an' : 'a';
  const why =
    how === 'explicitly'
      ? `with an explicit deny in ${article} ${policy}-based policy`
      : `because no ${policy}-based policy allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${callerArn} is not authorized to perform: ${what} ${why}`,
  );
}
