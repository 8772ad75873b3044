import type { ZohoResponse } from './http.ts';

/** A response read as JSON, or why that is impossible. `reason` is for people and holds no secret. */
export type ZohoAnswer =
  | { readonly kind: 'json'; readonly status: number; readonly json: unknown }
  | { readonly kind: 'unusable'; readonly status: number | null; readonly reason: string };

/** Reads a response's body as JSON, whatever its status and content type say. */
export function readAnswer(response: ZohoResponse): ZohoAnswer {
  if (response.kind === 'unreachable') {
    const what = response.reason === 'timeout' ? 'no complete answer' : 'network error';
    return { kind: 'unusable', status: null, reason: `${what} (${response.detail})` };
  }
  const { status, body, truncated } = response;
  if (truncated)
    return { kind: 'unusable', status, reason: `HTTP ${status}, longer than any answer of Zoho's` };
  try {
    return { kind: 'json', status, json: JSON.parse(body) };
  } catch {
    return { kind: 'unusable', status, reason: `HTTP ${status}, ${whatInstead(response)} instead of JSON` };
  }
}

function whatInstead({ body, contentType }: Extract<ZohoResponse, { kind: 'answered' }>): string {
  if (body.trim() === '') return 'an empty body';
  const isHtml = contentType?.toLowerCase().includes('html') || body.trimStart().startsWith('<');
  return isHtml ? 'a page' : 'something else';
}
