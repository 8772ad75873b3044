import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { AwsService } from '../../../infra/local/aws/service.ts';
import { AwsError } from '../../../infra/local/aws/service.ts';
import type { Journey, Passage, Refusal, WireAnswer } from './journey.ts';
import type { Tables } from './tables.ts';

/** AWS in this process, by the prefix of `X-Amz-Target`. */
export interface AwsServices {
  readonly secretsmanager: AwsService;
  readonly TrentService: AwsService;
  readonly AWSEvents: AwsService;
  readonly tables: Tables;
}

/** What an SDK client hands over, as far as it is used here. */
interface SdkRequest {
  readonly headers: Record<string, string>;
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
        const { status, headers, body } = await passage(journeyOf(services, request));
        return {
          response: { statusCode: status, reason: '', headers, body: new TextEncoder().encode(body) },
        };
      },
    },
  } as const;
}

/** AWS as far as its tables. */
export function onlyTables(tables: Tables): AwsServices {
  const nothing = async () => ({});
  return { secretsmanager: nothing, TrentService: nothing, AWSEvents: nothing, tables };
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

function serve(services: AwsServices, service: string, operation: string, body: string): Promise<WireAnswer> {
  if (service.startsWith('DynamoDB')) return services.tables.call(operation, body);
  const inProcess = services[service as Exclude<keyof AwsServices, 'tables'>];
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

/** As the SDK's own request handler throws them. */
const NO_ANSWER = {
  timeout: () =>
    Object.assign(new Error('the request timed out'), { name: 'TimeoutError', code: 'ETIMEDOUT' }),
  reset: () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' }),
};
