/** One method of the REST API. */
export interface Route {
  /** `GET`, …, or `ANY`. */
  readonly method: string;
  /** The path with its placeholders, such as `/api/zoho/{proxy+}`. */
  readonly resource: string;
  readonly functionName: string;
  /** Whether the Cognito authorizer stands before it. */
  readonly isAuthorized: boolean;
}

export interface RouteMatch {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/**
 * Finds a request's route as API Gateway does: a literal segment goes before a placeholder, a placeholder before a
 * greedy one, and a named method before `ANY`. A slash at the end makes no difference.
 *
 * @param path as it was sent: API Gateway decodes neither what it compares nor the placeholders' values
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | null {
  const segments = path.split('/');
  while (segments.length > 2 && segments.at(-1) === '') segments.pop();
  const candidates = routes
    .filter((route) => route.method === method || route.method === 'ANY')
    .sort((a, b) => rank(a).localeCompare(rank(b)));
  for (const route of candidates) {
    const parameters = matchPath(route.resource.split('/'), segments);
    if (!parameters) continue;
    return { route, pathParameters: Object.keys(parameters).length > 0 ? parameters : null };
  }
  return null;
}

/** Sorts by each segment's kind, from the left, and then by method. */
function rank({ resource, method }: Route): string {
  const kinds = resource
    .split('/')
    .map((segment) => (segment.endsWith('+}') ? '2' : segment.startsWith('{') ? '1' : '0'));
  return `${kinds.join('')}${method === 'ANY' ? '1' : '0'}`;
}

/** @returns the values of the placeholders, or null when the path is another one */
function matchPath(resource: readonly string[], path: readonly string[]): Record<string, string> | null {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of resource.entries()) {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(expected) ?? [];
    const actual = greedy ? path.slice(index).join('/') : path[index];
    if (name) {
      if (!actual) return null;
      parameters[name] = actual;
    } else if (actual !== expected) return null;
    if (greedy) return parameters;
  }
  return path.length === resource.length ? parameters : null;
}
