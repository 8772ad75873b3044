/** The two parts of a request's target, as they were sent: nothing is decoded or put in order. */
export interface RequestTarget {
  readonly path: string;
  readonly query: string;
}

/** The scheme and authority of a target in absolute form. */
const AUTHORITY = /^[a-z][a-z\d+.-]*:\/\/[^/?]*/i;

/**
 * Takes any target apart; there is none that it refuses.
 *
 * @param target from the request line, in origin form (`/a?b`) or in absolute form, which proxies send; the latter's
 * authority is dropped
 * @see https://www.rfc-editor.org/rfc/rfc9112#name-request-target
 */
export function parseTarget(target: string): RequestTarget {
  const originForm = target.replace(AUTHORITY, '');
  const queryAt = originForm.indexOf('?');
  if (queryAt === -1) return { path: originForm || '/', query: '' };
  return { path: originForm.slice(0, queryAt) || '/', query: originForm.slice(queryAt + 1) };
}
