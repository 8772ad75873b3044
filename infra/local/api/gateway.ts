import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listen } from '../http-server.ts';
import type { InvocationOutcome } from '../lambda/messages.ts';
import { type Authorization, authorize } from './authorizer.ts';
import type { Issuer } from './issuer.ts';
import { proxyResultSchema, toProxyEvent } from './proxy-event.ts';
import { matchRoute, type Route, type RouteMatch } from './routes.ts';

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 29_000;

export interface GatewayOptions {
  readonly accountId: string;
  readonly issuer: Pick<Issuer, 'url' | 'keys'>;
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationOutcome>;
  readonly nowMs: () => number;
  /** 0 takes any free port. */
  readonly port: number;
}

/** What a template makes of the gateway. */
interface GatewayDeployment {
  readonly routes: readonly Route[];
  readonly stage: string;
  /** The app clients whose tokens the authorizer takes. */
  readonly clientIds: readonly string[];
}

export interface Gateway {
  readonly origin: string;
  /** From now on the gateway serves these routes; before, it has none. */
  deploy(deployment: GatewayDeployment): void;
  close(): Promise<void>;
}

type GatewayContext = GatewayOptions & GatewayDeployment;

/** A refusal by the gateway itself; the function is not asked. */
class GatewayError extends Error {
  readonly statusCode: number;
  readonly errorType: string;

  constructor(statusCode: number, errorType: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.errorType = errorType;
  }
}

/**
 * The stand-in for API Gateway: a REST API with Lambda proxy integration and a Cognito authorizer. It serves at the root,
 * as a custom domain does, and not below the stage's name.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  let context: GatewayContext = { ...options, routes: [], stage: '', clientIds: [] };
  const server = createServer((request, response) => {
    handle(request, response, context).catch((error: unknown) => refuse(response, error));
  });
  return {
    origin: await listen(server, options.port),
    deploy: (deployment) => {
      context = { ...options, ...deployment };
    },
    close: () => closeServer(server),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  context: GatewayContext,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  const method = request.method ?? 'GET';
  const match = matchRoute(context.routes, method, url.pathname);
  if (!match)
    throw new GatewayError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  const authorization = await authorizeRoute(match, request, context);
  const event = toProxyEvent({
    method,
    url,
    match,
    headers: request.headers,
    body: await readBody(request),
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    claims: authorization?.claims ?? null,
    stage: context.stage,
    accountId: context.accountId,
    nowMs: context.nowMs(),
  });
  const outcome = await withTimeout(context.invoke(match.route.functionName, event));
  sendResult(response, outcome);
}

async function authorizeRoute(
  { route }: RouteMatch,
  request: IncomingMessage,
  { issuer, clientIds, nowMs }: GatewayContext,
): Promise<Extract<Authorization, { kind: 'authorized' }> | null> {
  if (!route.isAuthorized) return null;
  const authorization = await authorize(request.headers.authorization, { issuer, clientIds, nowMs });
  if (authorization.kind === 'authorized') return authorization;
  throw new GatewayError(401, 'UnauthorizedException', authorization.message);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > PAYLOAD_LIMIT_BYTES) {
      throw new GatewayError(413, 'RequestTooLargeException', 'Request Too Long');
    }
    chunks.push(chunk);
  }
  return bytes === 0 ? null : Buffer.concat(chunks).toString();
}

async function withTimeout(invocation: Promise<InvocationOutcome>): Promise<InvocationOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const error = new GatewayError(504, 'IntegrationTimeoutException', 'Endpoint request timed out');
    timer = setTimeout(() => reject(error), INTEGRATION_TIMEOUT_MS);
  });
  return Promise.race([invocation, timeout]).finally(() => clearTimeout(timer));
}

function sendResult(response: ServerResponse, outcome: InvocationOutcome): void {
  const isThrottled = outcome.kind === 'throttled';
  const result = proxyResultSchema.safeParse(outcome.kind === 'succeeded' ? outcome.payload : undefined);
  if (!result.success) {
    throw new GatewayError(isThrottled ? 500 : 502, 'InternalServerErrorException', 'Internal server error');
  }
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result.data;
  response.setHeader('content-type', 'application/json');
  response.setHeader('x-amzn-requestid', randomUUID());
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) response.setHeader(name, values);
  response.statusCode = statusCode;
  response.end(isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? ''));
}

function refuse(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof GatewayError
      ? error
      : new GatewayError(500, 'InternalServerErrorException', 'Internal server error');
  // What was not read of the request would be taken for the next one.
  response.writeHead(known.statusCode, {
    'content-type': 'application/json',
    'x-amzn-errortype': known.errorType,
    'x-amzn-requestid': randomUUID(),
    connection: 'close',
  });
  response.end(JSON.stringify({ message: known.message }));
}
