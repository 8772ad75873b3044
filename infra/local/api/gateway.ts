import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listen } from '../http-server.ts';
import type { InvocationOutcome } from '../lambda/messages.ts';
import { type Authorization, authorize } from './authorizer.ts';
import { compressFor } from './compression.ts';
import { type Answer, answerRefusal, GatewayRefusal, type GatewayResponses } from './gateway-responses.ts';
import type { Issuer } from './issuer.ts';
import { proxyResultSchema, toProxyEvent } from './proxy-event.ts';
import { parseTarget } from './request-target.ts';
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
  /** How the gateway answers by itself. */
  readonly gatewayResponses: GatewayResponses;
  readonly stage: string;
  /** The app clients whose tokens the authorizer takes. */
  readonly clientIds: readonly string[];
  /** How large a body has to be to be compressed for a client that takes it. */
  readonly compressedFromBytes: number;
}

export interface Gateway {
  readonly origin: string;
  /** From now on the gateway serves these routes; before, it has none. */
  deploy(deployment: GatewayDeployment): void;
  close(): Promise<void>;
}

type GatewayContext = GatewayOptions & GatewayDeployment;

/**
 * The stand-in for API Gateway: a REST API with Lambda proxy integration and a Cognito authorizer. It serves at the root,
 * as a custom domain does, and not below the stage's name. What it does not know is `MISSING_AUTHENTICATION_TOKEN`, also
 * with a token, where AWS answers `DEFAULT_4XX`. Nothing is throttled. What is not HTTP at all, or has headers of more
 * than 16 KB, Node refuses with an empty 4xx.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  let context: GatewayContext = {
    ...options,
    routes: [],
    gatewayResponses: new Map(),
    stage: '',
    clientIds: [],
    compressedFromBytes: Infinity,
  };
  const server = createServer((request, response) => {
    serve(request, response, context).catch((error: unknown) => response.destroy(error as Error));
  });
  return {
    origin: await listen(server, options.port),
    deploy: (deployment) => {
      context = { ...options, ...deployment };
    },
    close: () => closeServer(server),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  context: GatewayContext,
): Promise<void> {
  const requestId = randomUUID();
  const { statusCode, headers, body } = compressFor(
    request,
    await answer(request, requestId, context),
    context.compressedFromBytes,
  );
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('x-amzn-requestid', requestId);
  // A page reckons by it.
  response.setHeader('date', new Date(context.nowMs()).toUTCString());
  response.statusCode = statusCode;
  // A client that still sends would lose the answer with the connection: the rest is read, and thrown away.
  if (!request.complete) response.shouldKeepAlive = true;
  response.end(body);
  request.resume();
}

async function answer(request: IncomingMessage, requestId: string, context: GatewayContext): Promise<Answer> {
  try {
    return await askFunction(request, requestId, context);
  } catch (error) {
    const refusal = error instanceof GatewayRefusal ? error : new GatewayRefusal('DEFAULT_5XX');
    return answerRefusal(refusal, context.gatewayResponses, requestId);
  }
}

/** @throws {GatewayRefusal} */
async function askFunction(
  request: IncomingMessage,
  requestId: string,
  context: GatewayContext,
): Promise<Answer> {
  const method = request.method ?? 'GET';
  const target = parseTarget(request.url ?? '/');
  const match = matchRoute(context.routes, method, target.path);
  if (!match) throw new GatewayRefusal('MISSING_AUTHENTICATION_TOKEN');
  const authorization = await authorizeRoute(match, request, context);
  const event = toProxyEvent({
    requestId,
    method,
    target,
    match,
    rawHeaders: request.rawHeaders,
    body: await readBody(request),
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    claims: authorization?.claims ?? null,
    stage: context.stage,
    accountId: context.accountId,
    nowMs: context.nowMs(),
  });
  return toAnswer(await withTimeout(context.invoke(match.route.functionName, event)));
}

async function authorizeRoute(
  { route }: RouteMatch,
  request: IncomingMessage,
  { issuer, clientIds, nowMs }: GatewayContext,
): Promise<Extract<Authorization, { kind: 'authorized' }> | null> {
  if (!route.isAuthorized) return null;
  const authorization = await authorize(request.headers.authorization, { issuer, clientIds, nowMs });
  if (authorization.kind === 'authorized') return authorization;
  throw new GatewayRefusal('UNAUTHORIZED', authorization.message);
}

/** As text, since the API has no binary media types: bytes that are no UTF-8 become replacement characters. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length']) > PAYLOAD_LIMIT_BYTES) {
    throw new GatewayRefusal('REQUEST_TOO_LARGE');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A refusal in between must leave the connection whole, for the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > PAYLOAD_LIMIT_BYTES) throw new GatewayRefusal('REQUEST_TOO_LARGE');
    chunks.push(chunk);
  }
  return bytes === 0 ? null : Buffer.concat(chunks).toString();
}

async function withTimeout(invocation: Promise<InvocationOutcome>): Promise<InvocationOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GatewayRefusal('INTEGRATION_TIMEOUT')), INTEGRATION_TIMEOUT_MS);
  });
  return Promise.race([invocation, timeout]).finally(() => clearTimeout(timer));
}

function toAnswer(outcome: InvocationOutcome): Answer {
  if (outcome.kind === 'throttled') throw new GatewayRefusal('DEFAULT_5XX');
  const result = proxyResultSchema.safeParse(outcome.kind === 'succeeded' ? outcome.payload : undefined);
  if (!result.success) throw new GatewayRefusal('INTEGRATION_FAILURE');
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result.data;
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers, ...multiValueHeaders },
    body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}
