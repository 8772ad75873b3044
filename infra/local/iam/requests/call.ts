import type { IncomingHttpHeaders } from 'node:http';
import type { BroughtRequest } from '../iam.ts';

/** A call to AWS as the front door gets it. */
export interface IncomingCall {
  /** The signing name, such as `secretsmanager`, which is also how its actions begin. */
  readonly service: string;
  /** Such as `GetSecretValue`; for REST protocols the method and path. */
  readonly operation: string;
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The body; empty where it is streamed. */
  readonly body: Buffer;
}

/** Which requests a call makes: every one has to be allowed. */
export type RequestReader = (call: IncomingCall) => readonly BroughtRequest[];

/** What a reader needs to know of the account. */
export interface AccountNames {
  readonly accountId: string;
  readonly region: string;
}

/**
 * The resource of what has none, and of what nothing can be made of: whoever is allowed only certain resources is refused
 * it.
 */
export const NO_RESOURCE = '*';

/** A JSON body as it is; an empty object when it is none. */
export function inputOf({ body }: IncomingCall): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}
