import type { Kind, Send } from './plan.ts';

/** What goes over the wire. */
export function requestOf({ kind, admin, connection }: Send, tokens: readonly string[]): Request {
  const { method, path, body } = DESCRIBE[kind](`crm-${connection}`);
  return {
    method,
    path,
    headers: {
      authorization: `Bearer ${tokens[admin]}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  };
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const DESCRIBE: Readonly<
  Record<Kind, (connection: string) => { method: 'GET' | 'POST'; path: string; body?: object }>
> = {
  statusOfOne: (connection) => ({ method: 'GET', path: `/api/zoho/status?connection=${connection}` }),
  statusOfAll: () => ({ method: 'GET', path: '/api/zoho/status' }),
  audit: (connection) => ({ method: 'GET', path: `/api/zoho/audit?connection=${connection}` }),
  refresh: (connection) => ({ method: 'POST', path: '/api/zoho/refresh', body: { connection } }),
};
