import { randomUUID } from 'node:crypto';
import type { FunctionName } from '../../infra/cloud/function-code.ts';

/** What a function is invoked with first, and what of the twin it is. */
export interface FirstInvocation {
  /** How its name begins in the template. */
  readonly prefix: string;
  /** What it is asked, for people. */
  readonly asked: string;
  readonly event: (nowMs: number) => unknown;
  /** The HTTP status of its answer; null where it answers nothing. */
  readonly status: number | null;
}

/** Each function's own daily work, in the state in which it mostly finds its connection: nothing wrong. */
export const FIRST_INVOCATIONS: Readonly<Record<FunctionName, FirstInvocation>> = {
  refresh: scheduled('Refresh', 'refreshes one connection'),
  sweep: scheduled('Sweep', 'finds nothing due'),
  anchor: scheduled('Anchor', 'seals the audit'),
  alerts: scheduled('Alerts', 'looks for news'),
  'admin-api': {
    prefix: 'AdminApi',
    asked: 'GET status',
    event: (nowMs) => request(nowMs, { method: 'GET', path: '/api/zoho/status' }),
    status: 200,
  },
  'admin-operations': {
    prefix: 'AdminOperations',
    asked: 'POST refresh',
    event: (nowMs) =>
      request(nowMs, { method: 'POST', path: '/api/zoho/refresh', body: { connection: 'crm-0' } }),
    status: 200,
  },
  'oauth-callback': {
    prefix: 'OAuthCallback',
    asked: 'a redirect that nobody asked for',
    event: (nowMs) =>
      request(nowMs, {
        method: 'GET',
        path: '/api/zoho/oauth/callback',
        query: { state: 'a'.repeat(43), code: '1000.unknown' },
      }),
    status: 400,
  },
  'health-check': scheduled('HealthCheck', 'checks one connection'),
  console: {
    prefix: 'AdminConsolePage',
    asked: 'GET console',
    event: (nowMs) => request(nowMs, { method: 'GET', path: '/console' }),
    status: 200,
  },
};

function scheduled(prefix: string, asked: string): FirstInvocation {
  return { prefix, asked, event: () => ({}), status: null };
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** A request of an admin, as API Gateway passes it on. */
function request(nowMs: number, { method, path, query, body }: Request) {
  const headers = body ? { 'content-type': 'application/json' } : {};
  return {
    httpMethod: method,
    path,
    resource: path,
    headers,
    multiValueHeaders: multiValued(headers),
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: query ? multiValued(query) : null,
    requestContext: {
      requestId: randomUUID(),
      requestTimeEpoch: nowMs,
      identity: { sourceIp: '192.0.2.1' },
      authorizer: {
        claims: { sub: 'admin', 'cognito:groups': 'zoho-admins', email: 'admin@example.com' },
      },
    },
    body: body ? JSON.stringify(body) : null,
    isBase64Encoded: false,
  };
}

function multiValued(values: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}
