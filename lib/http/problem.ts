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
  /** The failure's own code, as the status, the audit and the log have it; only where there was one. */
  readonly code?: string;
  /** For the header `Retry-After`. */
  readonly retryAfterS?: number;
  /** Which fields are wrong, and what is expected there; never what was given. */
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  /** Such as `body.reason`. */
  readonly path: string;
  readonly message: string;
}

/**
 * Every problem that is told to clients: its `type`'s last part, its title and its status. Some of them API Gateway
 * answers by itself (infra/cloud/gateway-responses.ts).
 */
export const PROBLEMS = {
  'invalid-request': { title: 'Invalid request', status: 400 },
  'invalid-cursor': { title: 'Invalid cursor', status: 400 },
  unauthenticated: { title: 'Not signed in', status: 401 },
  'not-an-admin': { title: 'Not an admin', status: 403 },
  'unknown-connection': { title: 'No such connection', status: 404 },
  'no-such-backup': { title: 'No such backup', status: 404 },
  'no-such-route': { title: 'No such route', status: 404 },
  'connection-busy': { title: 'Connection busy', status: 409 },
  'credential-dead': { title: 'Refresh token dead', status: 409 },
  'credential-missing': { title: 'No credential yet', status: 409 },
  'credential-changed': { title: 'Credential changed meanwhile', status: 409 },
  'renewal-not-open': { title: 'No renewal is open', status: 409 },
  'backup-unusable': { title: 'Backup unusable', status: 409 },
  misconfigured: { title: 'Misconfigured', status: 409 },
  'request-too-large': { title: 'Request too large', status: 413 },
  'unsupported-media-type': { title: 'Unsupported media type', status: 415 },
  'token-refused': { title: 'Zoho refused the token or code', status: 422 },
  'no-refresh-token': { title: 'No refresh token', status: 422 },
  'scope-missing': { title: 'Scope missing', status: 422 },
  'organization-mismatch': { title: 'Another organisation', status: 422 },
  'accounts-server-untrusted': { title: 'Unknown accounts server', status: 422 },
  throttled: { title: 'Throttled', status: 429 },
  'rate-limited': { title: 'Too many requests', status: 429 },
  'mint-budget-spent': { title: 'Mint budget spent', status: 429 },
  'zoho-throttled': { title: 'Zoho is throttling', status: 429 },
  'function-failed': { title: 'Function failed', status: 502 },
  'zoho-unavailable': { title: 'Zoho unavailable', status: 503 },
  'audit-unavailable': { title: 'Audit unavailable', status: 503 },
  unavailable: { title: 'Temporarily unavailable', status: 503 },
  'answer-overdue': { title: 'Answer overdue', status: 504 },
} as const;

export type ProblemName = keyof typeof PROBLEMS;

/** @param more what this request needs told besides */
export function aProblem(
  name: ProblemName,
  detail: string,
  more: Pick<Problem, 'code' | 'retryAfterS' | 'errors'> = {},
): Problem {
  return { type: problemType(name), ...PROBLEMS[name], detail, ...more };
}

export function problemType(name: ProblemName): string {
  return `urn:zoho-token-recovery:problem:${name}`;
}

/** For a route that API Gateway has and the function has not. */
export const NO_SUCH_ROUTE = aProblem(
  'no-such-route',
  'This address or method is not served. GET /api/zoho/openapi.json lists what is.',
);

export const INVALID_CURSOR = aProblem(
  'invalid-cursor',
  'The cursor is not one of this search. Take nextCursor of the page before with the same filter, or leave it out to begin anew.',
);

export const NOT_AN_ADMIN = aProblem(
  'not-an-admin',
  'This account is not in the group zoho-admins. Ask an operator of the user pool to add it, and sign in again.',
);

export const UNAVAILABLE = aProblem(
  'unavailable',
  'A store behind this route could not be used. Look at the status before you try again, in a minute; if it lasts, look at the logs by the request id.',
);

export const UNKNOWN_CONNECTION = aProblem(
  'unknown-connection',
  'No connection has this id. GET /api/zoho/status lists them.',
);

export const NO_SUCH_BACKUP = aProblem(
  'no-such-backup',
  'This connection has no backup of this generation. Nothing was changed. GET /api/zoho/backups lists what it has.',
);

export const AUDIT_UNAVAILABLE = aProblem(
  'audit-unavailable',
  'The audit takes no entries, and nothing is done that is not on record. Nothing was changed. Try again in a minute; if it lasts, look at the audit table.',
  { retryAfterS: 60 },
);

export const CONNECTION_BUSY = aProblem(
  'connection-busy',
  'A refresh is at work on this connection. Nothing was changed. Try again in a few seconds.',
  { retryAfterS: 5 },
);

export const RENEWAL_NOT_OPEN = aProblem(
  'renewal-not-open',
  'No renewal of this connection is open: it is not due yet, it has been done, or its configuration opens none by itself (autoInitiate). Nothing was changed. POST /api/zoho/emergency-reauth asks for a consent at any time.',
);

export const ACCOUNTS_SERVER_UNTRUSTED = aProblem(
  'accounts-server-untrusted',
  "accountsServer is none of Zoho's, and not the connection's own: the client secret was not sent there. Leave it out, or give the origin of the data centre that issued the token.",
);

/** @param retryAfterS when there is room again */
export function rateLimited(retryAfterS: number): Problem {
  return aProblem(
    'rate-limited',
    `You have asked for this too often within an hour. Nothing was done. There is room again in ${retryAfterS} s; the deployment's configuration sets the limit (rateLimits).`,
    { retryAfterS },
  );
}
