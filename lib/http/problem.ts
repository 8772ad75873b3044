/**
 * An error as every route answers it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface Problem {
  /** Stable, so that a program may decide by it. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What happened to this request, and what to do. */
  readonly detail: string;
}

export const FORBIDDEN: Problem = {
  type: 'urn:zoho-token-recovery:problem:not-an-admin',
  title: 'Not an admin',
  status: 403,
  detail:
    'This account is not in the group zoho-admins. Ask an operator of the user pool to add it, and sign in again.',
};

export const UNAVAILABLE: Problem = {
  type: 'urn:zoho-token-recovery:problem:unavailable',
  title: 'Temporarily unavailable',
  status: 503,
  detail:
    'A store behind this route could not be read. Try again in a minute; if it lasts, look at the logs by the request id.',
};
