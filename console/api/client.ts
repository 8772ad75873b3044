import type * as z from 'zod/mini';
import type { AnswerOf } from '../../lib/http/contract.ts';
import { readProblem, type ToldProblem, UNREADABLE } from './problems.ts';
import { type Contracts, ROUTES, type RouteName } from './routes.ts';
import type { ServerClock } from './server-clock.ts';

/** What became of a request. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'problem'; readonly problem: ToldProblem }
  /** The session is over, or the account may not: the session knows, and the page shows that instead. */
  | { readonly kind: 'turnedAway' }
  /** Nothing came back. */
  | { readonly kind: 'unreachable' };

/** What came of getting a new ID token; `unreachable` says nothing against the session. */
export type Renewal = 'renewed' | 'refused' | 'unreachable';

export interface ApiDependencies {
  /** Where the API's paths begin: the page's own address up to its last slash. */
  readonly baseUrl: URL;
  readonly fetch: typeof fetch;
  readonly clock: ServerClock;
  readonly session: {
    /** The ID token; null while nobody is signed in. */
    idToken(): string | null;
    /** Tries to get a new one without a person. */
    renew(): Promise<Renewal>;
    end(): void;
    turnAway(): void;
  };
  /** Told after each request whether the API could be reached. */
  readonly onReach: (isReachable: boolean) => void;
}

/** Requests to one route. */
interface Input<R extends RouteName> {
  readonly query?: z.input<Contracts[R]['query']>;
  readonly body?: Contracts[R]['body'] extends z.core.$ZodType ? z.input<Contracts[R]['body']> : never;
}

export type Api = <R extends RouteName>(
  route: R,
  input?: Input<R>,
) => Promise<Answer<AnswerOf<Contracts[R]>>>;

/** An answer takes no longer: API Gateway gives up after 29 s. */
const PATIENCE_MS = 35_000;

/** Calls the admin API with the session's ID token, and renews that once where it is refused. Never throws. */
export function createApi(deps: ApiDependencies): Api {
  return async (route, input = {}) => {
    const first = await send(deps, route, input);
    if (first.kind !== 'unauthenticated') return first;
    const renewal = await deps.session.renew();
    if (renewal === 'unreachable') return { kind: 'unreachable' };
    const second = renewal === 'renewed' ? await send(deps, route, input) : first;
    if (second.kind !== 'unauthenticated') return second;
    deps.session.end();
    return { kind: 'turnedAway' };
  };
}

async function send<R extends RouteName>(
  { baseUrl, fetch, clock, session, onReach }: ApiDependencies,
  route: R,
  { query, body }: Input<R>,
): Promise<Answer<AnswerOf<Contracts[R]>> | { readonly kind: 'unauthenticated' }> {
  const { method, path } = ROUTES[route];
  const url = new URL(path.slice(1), baseUrl);
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${session.idToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    clock.sync(response.headers.get('date'));
    text = await response.text();
  } catch {
    onReach(false);
    return { kind: 'unreachable' };
  }
  onReach(true);
  if (response.ok) return readAnswer(text);
  const problem = readProblem(response, text);
  if (problem.name === 'unauthenticated') return { kind: 'unauthenticated' };
  if (problem.name !== 'not-an-admin') return { kind: 'problem', problem };
  session.turnAway();
  return { kind: 'turnedAway' };
}

/** The API answers by the very contract that the type is of; what is no JSON comes from something in between. */
function readAnswer<T>(text: string): Answer<T> {
  try {
    return { kind: 'ok', value: JSON.parse(text) as T };
  } catch {
    return { kind: 'problem', problem: UNREADABLE };
  }
}
