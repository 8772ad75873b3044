import type { FieldError, Problem } from '../../lib/http/problem.ts';

/** A problem as it is shown. */
export interface ToldProblem {
  /** The last part of its type, such as `rate-limited`; empty where the answer was no problem document. */
  readonly name: string;
  readonly title: string;
  /** What happened, and what to do. */
  readonly detail: string;
  readonly code: string | null;
  readonly requestId: string | null;
  readonly retryAfterS: number | null;
  readonly errors: readonly FieldError[];
}

/** An answer that says it is fine, and is no JSON. */
export const UNREADABLE: ToldProblem = {
  name: '',
  title: 'An answer that cannot be read',
  detail:
    'Something between this page and the API answered instead of it, such as a proxy or a sign-in of your network. Whether anything was done is not known: look at the connection before you try again.',
  code: null,
  requestId: null,
  retryAfterS: null,
  errors: [],
};

const TYPE_PREFIX = 'urn:zoho-token-recovery:problem:';

/** What an error's answer says; its status and where to look, if it is no problem document. */
export function readProblem(response: Pick<Response, 'status' | 'headers'>, text: string): ToldProblem {
  const requestId = response.headers.get('x-amzn-requestid');
  const retryAfterS = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const common = { requestId, retryAfterS: Number.isNaN(retryAfterS) ? null : retryAfterS };
  const problem = parsed(text);
  if (problem === null)
    return {
      ...UNREADABLE,
      title: `The API answered ${response.status}`,
      detail:
        'The answer does not say why. Look at the connection before you try again, in a minute; if it lasts, look at the logs by the request id.',
      ...common,
    };
  return {
    name: problem.type.startsWith(TYPE_PREFIX) ? problem.type.slice(TYPE_PREFIX.length) : '',
    title: problem.title,
    detail: problem.detail,
    code: problem.code ?? null,
    errors: problem.errors ?? [],
    ...common,
    requestId: problem.requestId ?? requestId,
  };
}

function parsed(text: string): (Problem & { requestId?: string }) | null {
  try {
    const problem: Partial<Problem> | null = JSON.parse(text);
    const isProblem = [problem?.type, problem?.title, problem?.detail].every(
      (part) => typeof part === 'string',
    );
    return isProblem ? (problem as Problem) : null;
  } catch {
    return null;
  }
}
