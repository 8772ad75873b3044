import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Claims } from './authorizer.ts';
import type { RequestTarget } from './request-target.ts';
import type { RouteMatch } from './routes.ts';

/** One request on its way to a function. */
export interface ProxyRequest {
  /** Also the answer's `x-amzn-requestid`. */
  readonly requestId: string;
  readonly method: string;
  readonly target: RequestTarget;
  /** Names and values by turns, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string | null;
  readonly sourceIp: string;
  readonly match: RouteMatch;
  /** Null on a route without authorizer. */
  readonly claims: Claims | null;
  readonly stage: string;
  readonly accountId: string;
  readonly nowMs: number;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html what stays behind */
const NOT_FORWARDED = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

/**
 * The event that a REST API with proxy integration sends to its function. The path is as it was sent, header names too;
 * of what was sent more than once, the single values are the last ones.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function toProxyEvent(request: ProxyRequest): APIGatewayProxyEvent {
  const { requestId, method, target, body, match, claims, stage } = request;
  const headers = multiValueHeaders(request.rawHeaders);
  const query = multiValueQuery(target.query);
  return {
    resource: match.route.resource,
    path: target.path,
    httpMethod: method,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: query && lastValues(query),
    multiValueQueryStringParameters: query,
    pathParameters: match.pathParameters,
    stageVariables: null,
    requestContext: {
      accountId: request.accountId,
      apiId: 'local',
      authorizer: claims && { claims },
      protocol: 'HTTP/1.1',
      httpMethod: method,
      identity: { ...NOBODY, sourceIp: request.sourceIp, userAgent: lastHeader(headers, 'user-agent') },
      path: target.path,
      stage,
      requestId,
      extendedRequestId: requestId,
      requestTime: clfTime(request.nowMs),
      requestTimeEpoch: request.nowMs,
      resourceId: match.route.resource,
      resourcePath: match.route.resource,
      domainName: lastHeader(headers, 'host')?.replace(/:\d+$/, '') ?? '',
    },
    body,
    isBase64Encoded: false,
  };
}

const headerName = z.string().refine(holds(validateHeaderName));
const headerValue = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .refine(holds((value) => validateHeaderValue('x', value)));

/** What a function must answer; anything else is a malformed proxy response. */
export const proxyResultSchema = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(headerName, headerValue).nullish(),
  multiValueHeaders: z.record(headerName, z.array(headerValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

function holds(validate: (value: string) => void): (value: string) => boolean {
  return (value) => {
    try {
      validate(value);
      return true;
    } catch {
      return false;
    }
  };
}

/** The identity of a caller who has not signed the request as AWS's own clients do. */
const NOBODY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/** A name that comes in two spellings counts as one, in its first. */
function multiValueHeaders(rawHeaders: readonly string[]): Record<string, string[]> {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  const pairs = names.map((name, index) => [name, rawHeaders[index * 2 + 1] ?? ''] as const);
  const forwarded = pairs.filter(([name]) => !NOT_FORWARDED.has(name.toLowerCase()));
  const groups = Map.groupBy(forwarded, ([name]) => name.toLowerCase());
  return Object.fromEntries([...groups].map(([key, group]) => [group[0]?.[0] ?? key, valuesOf(group)]));
}

function lastHeader(headers: Readonly<Record<string, string[]>>, name: string): string | null {
  const [, values] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return values?.at(-1) ?? null;
}

/** What is not well encoded is taken as far as it goes. */
function multiValueQuery(query: string): Record<string, string[]> | null {
  const groups = Map.groupBy(new URLSearchParams(query), ([name]) => name);
  if (groups.size === 0) return null;
  return Object.fromEntries([...groups].map(([name, group]) => [name, valuesOf(group)]));
}

function valuesOf(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.map(([, value]) => value);
}

function lastValues(values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? '']));
}

/** The common log format, such as `01/Jan/2026:00:00:00 +0000`. */
function clfTime(atMs: number): string {
  const [, day, month, year, time] = new Date(atMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
