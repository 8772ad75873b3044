import type { AwsService } from '../aws/service.ts';
import type { BroughtRequest, Iam } from './iam.ts';

/** A service that asks IAM first; for those whom another service of the twin calls on somebody's behalf. */
export function guardService(
  service: AwsService,
  iam: Iam,
  requestsOf: (call: { operation: string; input: unknown }) => readonly BroughtRequest[],
): AwsService {
  return async (call) => {
    iam.authorize(call.principal, requestsOf(call));
    return service(call);
  };
}
