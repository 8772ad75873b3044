import { Readable } from 'node:stream';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { AwsService } from '../../../infra/local/aws/service.ts';
import { AwsError } from '../../../infra/local/aws/service.ts';
import type { Journey, Passage, Refusal, WireAnswer } from './journey.ts';
import { type Objects, openObjects } from './objects.ts';
import type { Tables } from './tables.ts';

/** AWS in this process, by the prefix of `X-Amz-Target`. */
export interface AwsServices {
  readonly secretsmanager: AwsService;
  readonly TrentService: AwsService;
  readonly AWSEvents: AwsService;
  readonly tables: Tables;
  readonly objects: Objects;
}

/** What an SDK client hands over, as far as it is used here. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const NAMES: Readonly<Record<string, string>> = {
  secretsmanager: 'SecretsManager',
  DynamoDB_20120810: 'DynamoDB',
  TrentService: 'KMS',
  AWSEvents: 'EventBridge',
};

/**
 * The configuration of SDK clients whose every try passes through `passage` to services in this process. All of the SDK
 * but its sockets and its signatures is real: its retries, too, only that they come at once.
 */
export function clientConfig(services: AwsServices, passage: Passage) {
  return {
    region: 'eu-central-1',
    endpoint: 'https://aws.example',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    // What the SDK would look for in the environment and in files, for each client anew.
    retryMode: 'standard',
    maxAttempts: 3,
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: '',
    accountIdEndpointMode: 'disabled',
    endpointDiscoveryEnabled: false,
    signer: { sign: async <T>(request: T) => request },
    // Three tries, as in lib/aws/clients.ts.
    retryStrategy: new ConfiguredRetryStrategy(3, 0),
    requestHandler: {
      async handle(request: SdkRequest) {
        const isObject = request.headers['x-amz-target'] === undefined;
        const journey = isObject ? objectJourney(services, request) : journeyOf(services, request);
        const { status, headers, body } = await passage(journey);
        const bytes = new TextEncoder().encode(body);
        // What S3 holds is read as a stream.
        return {
          response: {
            statusCode: status,
            reason: '',
            headers,
            body: isObject ? Readable.from([bytes]) : bytes,
          },
        };
      },
    },
  } as const;
}

/** AWS as far as its tables. */
export function onlyTables(tables: Tables): AwsServices {
  const nothing = async () => ({});
  const objects = openObjects(() => 0);
  return { secretsmanager: nothing, TrentService: nothing, AWSEvents: nothing, tables, objects };
}

function journeyOf(services: AwsServices, { headers, body }: SdkRequest): Journey {
  const [target = '', operation = ''] = headers['x-amz-target']?.split('.') ?? [];
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return journeyTo(services, {
    target,
    operation,
    body: text,
    callId: headers['amz-sdk-invocation-id'] ?? '',
  });
}

/** A try of a call. */
export function journeyTo(
  services: AwsServices,
  { target, operation, body, callId }: { target: string; operation: string; body: string; callId: string },
): Journey {
  return {
    to: 'aws',
    call: `${NAMES[target]}.${operation}`,
    callId,
    serve: () => serve(services, target, operation, body),
    refuse: async (how) => errorAnswer(REFUSALS[how]),
    unanswered: (how) => NO_ANSWER[how](),
  };
}

function objectJourney({ objects }: AwsServices, request: SdkRequest): Journey {
  const { method, path, query, headers, body = '' } = request;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, value ?? '');
  const operation = 'versions' in query ? 'ListObjectVersions' : method === 'PUT' ? 'PutObject' : 'GetObject';
  return {
    to: 'aws',
    call: `S3.${operation}`,
    callId: headers['amz-sdk-invocation-id'] ?? '',
    serve: () =>
      objects.call({
        method,
        url: `${path}?${parameters}`,
        headers,
        body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
      }),
    refuse: async (how) => OBJECT_REFUSALS[how],
    unanswered: (how) => NO_ANSWER[how](),
  };
}

function serve(services: AwsServices, service: string, operation: string, body: string): Promise<WireAnswer> {
  if (service.startsWith('DynamoDB')) return services.tables.call(operation, body);
  const inProcess = services[service as Exclude<keyof AwsServices, 'tables' | 'objects'>];
  return inProcess({ operation, input: JSON.parse(body), principal: 'keeper' }).then(
    (output) => ({ status: 200, headers: JSON_1_1, body: JSON.stringify(output) }),
    (error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      return errorAnswer({ status: error.statusCode, code: error.code, message: error.message });
    },
  );
}

const JSON_1_1 = { 'content-type': 'application/x-amz-json-1.1' };

function errorAnswer({
  status,
  code,
  message,
}: {
  status: number;
  code: string;
  message: string;
}): WireAnswer {
  return { status, headers: JSON_1_1, body: JSON.stringify({ __type: code, message }) };
}

const REFUSALS: Record<Refusal, { status: number; code: string; message: string }> = {
  throttled: { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' },
  broken: { status: 500, code: 'InternalServerError', message: 'Internal server error' },
  denied: { status: 400, code: 'AccessDeniedException', message: 'User is not authorized to perform this' },
  dead: { status: 400, code: 'AccessDeniedException', message: 'User is not authorized to perform this' },
};

function objectRefusal(status: number, code: string): WireAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

const OBJECT_REFUSALS: Record<Refusal, WireAnswer> = {
  throttled: objectRefusal(503, 'SlowDown'),
  broken: objectRefusal(500, 'InternalError'),
  denied: objectRefusal(403, 'AccessDenied'),
  dead: objectRefusal(403, 'AccessDenied'),
};

/** As the SDK's own request handler throws them. */
const NO_ANSWER = {
  timeout: () =>
    Object.assign(new Error('the request timed out'), { name: 'TimeoutError', code: 'ETIMEDOUT' }),
  reset: () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' }),
};
