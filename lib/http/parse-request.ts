import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { toDotPath } from 'zod/v4/core';
import '../schema-messages.ts';
import type { InputOf, RouteContract } from './contract.ts';
import { aProblem, type FieldError, type Problem } from './problem.ts';
import { readQuery } from './query.ts';

/** A token is below 200 bytes and a reason below 500 characters. */
const MAX_BODY_BYTES = 16 * 1024;
const MAX_ERRORS = 20;

/** What is checked of an event. */
export type RequestEvent = Pick<
  APIGatewayProxyEvent,
  'headers' | 'multiValueHeaders' | 'multiValueQueryStringParameters' | 'body' | 'isBase64Encoded'
>;

export type ParsedRequest<C extends RouteContract> =
  | { readonly kind: 'valid'; readonly input: InputOf<C> }
  | { readonly kind: 'invalid'; readonly problem: Problem };

/** Checks a request by its contract. Never throws, and never repeats what was sent. */
export function parseRequest<C extends RouteContract>(event: RequestEvent, contract: C): ParsedRequest<C> {
  const body = contract.body === null ? { kind: 'read' as const, value: null } : readBody(event);
  if (body.kind === 'unreadable') return { kind: 'invalid', problem: body.problem };
  const query = check(contract.query, readQuery(event), 'query');
  const checked = contract.body === null ? { value: null } : check(contract.body, body.value, 'body');
  const errors = [...('errors' in query ? query.errors : []), ...('errors' in checked ? checked.errors : [])];
  if ('errors' in query || 'errors' in checked) return invalid(errors);
  return { kind: 'valid', input: { query: query.value, body: checked.value } as InputOf<C> };
}

function invalid(errors: readonly FieldError[]): { kind: 'invalid'; problem: Problem } {
  const fields = [...new Set(errors.map(({ path }) => path))].join(', ');
  const detail = `The request is not as this route takes it: see errors (${fields}). Nothing was done.`;
  return {
    kind: 'invalid',
    problem: aProblem('invalid-request', detail, { errors: errors.slice(0, MAX_ERRORS) }),
  };
}

type ReadBody = { kind: 'read'; value: unknown } | { kind: 'unreadable'; problem: Problem };

function readBody(event: RequestEvent): ReadBody {
  if (!isJsonType(contentTypeOf(event))) {
    return unreadable('unsupported-media-type', 'Send the header Content-Type: application/json.');
  }
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    return unreadable('request-too-large', `The body has more than ${MAX_BODY_BYTES} bytes.`);
  }
  if (bytes.length === 0) return unreadable('invalid-request', 'The body is empty. Send a JSON object.');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { kind: 'read', value };
    return unreadable('invalid-request', 'The body is JSON, but no object. Send a JSON object.');
  } catch {
    // The parser's message quotes the text, which may be a token.
    return unreadable('invalid-request', 'The body is not valid JSON in UTF-8. Send a JSON object.');
  }
}

function unreadable(name: Parameters<typeof aProblem>[0], detail: string): ReadBody {
  return { kind: 'unreadable', problem: aProblem(name, `${detail} Nothing was done.`) };
}

/** API Gateway passes names as they were sent. */
function contentTypeOf({ headers, multiValueHeaders }: RequestEvent): string | null {
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    if (name.toLowerCase() === 'content-type') return values?.at(-1) ?? null;
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() === 'content-type') return value ?? null;
  }
  return null;
}

function isJsonType(contentType: string | null): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

function check<T>(
  schema: z.core.$ZodType<T>,
  value: unknown,
  where: 'query' | 'body',
): { value: T } | { errors: FieldError[] } {
  const result = z.safeParse(schema, value);
  if (result.success) return { value: result.data };
  return { errors: result.error.issues.flatMap((issue) => fieldErrors(issue, where)) };
}

function fieldErrors(issue: z.core.$ZodIssue, where: string): FieldError[] {
  const path = [where, toDotPath(issue.path)].filter(Boolean).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: where,
      message: `unknown field${isTellable(key) ? ` "${key}"` : ''}`,
    }));
  }
  return [{ path, message: issue.message }];
}

/** What should be a field's name may be a token that was pasted into the wrong place. */
function isTellable(key: string): boolean {
  return /^[A-Za-z][A-Za-z]{0,31}$/.test(key);
}
