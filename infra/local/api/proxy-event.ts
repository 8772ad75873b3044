import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Claims } from './authorizer.ts';
import type { RouteMatch } from './routes.ts';

/** One request on its way to a function. */
export interface ProxyRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string | null;
  readonly sourceIp: string;
  readonly match: RouteMatch;
  /** Null on a route without authorizer. */
  readonly claims: Claims | null;
  readonly stage: string;
  readonly accountId: string;
  readonly nowMs: number;
}

/**
 * The event that a REST API with proxy integration sends to its function.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function toProxyEvent(request: ProxyRequest): APIGatewayProxyEvent {
  const { method, url, body, match, claims, stage } = request;
  const headers = multiValueHeaders(request.headers);
  const query = multiValueQuery(url.searchParams);
  const requestId = randomUUID();
  return {
    resource: match.route.resource,
    path: url.pathname,
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
      identity: identity(request),
      path: url.pathname,
      stage,
      requestId,
      extendedRequestId: requestId,
      requestTime: clfTime(request.nowMs),
      requestTimeEpoch: request.nowMs,
      resourceId: match.route.resource,
      resourcePath: match.route.resource,
      domainName: url.hostname,
    },
    body,
    isBase64Encoded: false,
  };
}

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** What a function must answer; anything else is a malformed proxy response. */
export const proxyResultSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), headerValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

function identity({ sourceIp, headers }: ProxyRequest): APIGatewayProxyEvent['requestContext']['identity'] {
  return {
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
    sourceIp,
    user: null,
    userAgent: headers['user-agent'] ?? null,
    userArn: null,
  };
}

function multiValueHeaders(headers: IncomingHttpHeaders): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat()]));
}

function multiValueQuery(parameters: URLSearchParams): Record<string, string[]> | null {
  const names = [...new Set(parameters.keys())];
  if (names.length === 0) return null;
  return Object.fromEntries(names.map((name) => [name, parameters.getAll(name)]));
}

function lastValues(values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? '']));
}

/** The common log format, such as `01/Jan/2026:00:00:00 +0000`. */
function clfTime(atMs: number): string {
  const [, day, month, year, time] = new Date(atMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
