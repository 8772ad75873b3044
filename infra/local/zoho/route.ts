import type { Answer } from './answer.ts';
import type { Fault, FaultSubject, RouteGroup } from './faults.ts';

/** One request to a Zoho route, ready to be served or to meet a fault. */
export interface ZohoCall {
  readonly group: RouteGroup;
  readonly subject: FaultSubject;
  /** Does what was asked. */
  serve(): Answer;
  /** Refuses as Zoho does when there were too many requests. */
  throttled(): Answer;
  /** Refuses as Zoho does in a data centre that does not know the client or the token. */
  wrongDataCenter(): Answer;
  /** Called once the answer is decided, with the fault that was met. */
  decided?(fault: Fault | null): void;
  /** Called once the connection is done with the call, however it ended. */
  ended?(): void;
}
