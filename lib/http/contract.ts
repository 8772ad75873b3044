import type * as z from 'zod/mini';
import type { ProblemName } from './problem.ts';

/** What a route takes and answers: what requests are checked by, and what the OpenAPI document is made of. */
export interface RouteContract {
  readonly method: 'GET' | 'POST';
  /** API Gateway's resource, such as `/api/zoho/status`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** The query's parameters, each at most once. */
  readonly query: z.core.$ZodObject;
  /** Null for a route that takes none. */
  readonly body: z.core.$ZodType<object> | null;
  readonly success:
    | { readonly status: 200 | 201; readonly description: string; readonly schema: z.core.$ZodType<object> }
    /** Leads elsewhere, and has nothing more to say. */
    | { readonly status: 303; readonly description: string; readonly schema: null };
  /** What it answers besides the problems that every route has. */
  readonly problems: readonly ProblemName[];
}

/** What a request to a route comes to once it was checked. */
export interface InputOf<C extends RouteContract> {
  readonly query: z.output<C['query']>;
  readonly body: C['body'] extends z.core.$ZodType ? z.output<C['body']> : null;
}

/** What a route answers. */
export type AnswerOf<C extends RouteContract> = C['success']['schema'] extends z.core.$ZodType
  ? z.output<C['success']['schema']>
  : { readonly location: string };

/** Keeps each contract's own schemas known to the compiler. */
export function defineContract<const C extends RouteContract>(contract: C): C {
  return contract;
}
