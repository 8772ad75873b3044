import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { VirtualClock } from '../clock.ts';
import { closeServer, listen } from '../http-server.ts';
import type { IncomingCall } from '../iam/requests/call.ts';
import { readWhole } from '../read-whole.ts';
import type { AccessKeys } from './access-keys.ts';
import { type CredentialScope, parseAuthorization } from './authorization.ts';
import { CallJournal } from './call-journal.ts';
import { toRefusal } from './refusal.ts';
import { ReverseProxy } from './reverse-proxy.ts';
import { AwsError, type AwsService } from './service.ts';

export interface FrontDoorOptions {
  /** The services that answer in this process, by signing name. */
  readonly services: Readonly<Record<string, AwsService>>;
  /** The origins of those that are servers of their own, by signing name. */
  readonly emulators: Readonly<Record<string, string>>;
  readonly accessKeys: AccessKeys;
  /** Lets a call through, or throws an {@link AwsError}; without it everybody may do everything. */
  readonly authorize?: (principal: string, call: IncomingCall) => void;
  readonly clock: VirtualClock;
  /** 0 takes any free port. */
  readonly port?: number;
}

export interface FrontDoor {
  /** What `AWS_ENDPOINT_URL` is set to. */
  readonly endpoint: string;
  readonly journal: CallJournal;
  close(): Promise<void>;
}

const NO_BODY = Buffer.alloc(0);

interface Caller extends CredentialScope {
  readonly principal: string;
}

/** The one address at which every AWS SDK and the AWS CLI find all services of the twin. */
export async function startFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { services, emulators, accessKeys, authorize, clock, port = 0 } = options;
  const journal = new CallJournal();
  const proxy = new ReverseProxy();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // SDKs correct their own clock by this header, so it tells the time that functions live in.
    response.setHeader('date', new Date(clock.nowMs()).toUTCString());
    const scope = parseAuthorization(request.headers.authorization);
    if (!scope) {
      return sendError(
        response,
        new AwsError('MissingAuthenticationToken', 'Missing Authentication Token', 403),
      );
    }
    const caller = { ...scope, principal: accessKeys.principalOf(scope.accessKeyId) };
    await dispatch(caller, request, response);
  }

  /** Here, where the caller and the call are both known, the template's IAM policies have their say. */
  async function dispatch(caller: Caller, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { service, principal } = caller;
    // Objects may be large, so they are streamed; every other call is small.
    const body = service === 's3' && request.method !== 'POST' ? request : await readWhole(request);
    const operation = operationOf(request, body);
    response.once('close', () =>
      journal.record({ atMs: clock.nowMs(), principal, service, operation, status: response.statusCode }),
    );
    try {
      authorize?.(principal, incomingCall(service, operation, request, body));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return sendRefusal(service, error, request, response);
    }
    const inProcess = services[service];
    const origin = emulators[service];
    if (inProcess) await answer(inProcess, { operation, principal, body: body as Buffer }, request, response);
    else if (origin) await proxy.forward(origin, request, body, response);
    else
      sendError(
        response,
        new AwsError('UnknownService', `The twin has no stand-in for the service "${service}".`),
      );
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => fail(response, error));
  });
  const endpoint = await listen(server, port);
  return {
    endpoint,
    journal,
    close: async () => {
      proxy.close();
      await closeServer(server);
    },
  };
}

function incomingCall(
  service: string,
  operation: string,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: Buffer | IncomingMessage,
): IncomingCall {
  return { service, operation, method, url, headers, body: Buffer.isBuffer(body) ? body : NO_BODY };
}

/** Answers in AWS JSON, in whichever version the request speaks. */
async function answer(
  service: AwsService,
  call: { operation: string; principal: string; body: Buffer },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { operation, principal, body } = call;
  try {
    const output = await service({ operation, principal, input: parseJson(body) });
    sendJson(response, 200, output, request.headers['content-type']);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    sendError(response, error);
  }
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

/** The operation by AWS JSON's header, by the query protocol's form field, or else by method and path. */
function operationOf(request: IncomingMessage, body: Buffer | IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const action = isForm && Buffer.isBuffer(body) && new URLSearchParams(body.toString()).get('Action');
  return action || `${request.method} ${request.url?.split('?')[0]}`;
}

/** In the protocol of the service, as far as SDKs look at it. */
function sendRefusal(
  service: string,
  error: AwsError,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const refusal = toRefusal(service, error, request.headers['content-type']);
  response.writeHead(refusal.statusCode, {
    'content-type': refusal.contentType,
    'x-amzn-requestid': randomUUID(),
  });
  response.end(request.method === 'HEAD' ? undefined : refusal.body);
  // A client that still sends would lose the answer with the connection: the rest is read, and thrown away.
  request.resume();
}

function sendError(response: ServerResponse, { code, message, statusCode }: AwsError): void {
  sendJson(response, statusCode, { __type: code, message });
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  contentType = 'application/x-amz-json-1.1',
): void {
  response.writeHead(status, { 'content-type': contentType, 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  sendError(response, new AwsError('InternalFailure', `The twin failed to answer: ${reason}`, 500));
}
