/** What goes back to the client. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** What the template makes of one type of refusal. */
export interface GatewayResponse {
  /** Null keeps the refusal's own. */
  readonly statusCode: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The body; `$context.requestId` stands for the request's id. */
  readonly bodyTemplate: string;
}

/** By type, such as `UNAUTHORIZED` or `DEFAULT_4XX`. */
export type GatewayResponses = ReadonlyMap<string, GatewayResponse>;

/** What the gateway itself refuses: each type with AWS's own status, error type and message. */
const REFUSALS = {
  UNAUTHORIZED: { statusCode: 401, errorType: 'UnauthorizedException', message: 'Unauthorized' },
  MISSING_AUTHENTICATION_TOKEN: {
    statusCode: 403,
    errorType: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  },
  REQUEST_TOO_LARGE: { statusCode: 413, errorType: 'RequestTooLargeException', message: 'Request Too Long' },
  INTEGRATION_FAILURE: {
    statusCode: 502,
    errorType: 'InternalServerErrorException',
    message: 'Internal server error',
  },
  INTEGRATION_TIMEOUT: {
    statusCode: 504,
    errorType: 'InternalServerErrorException',
    message: 'Endpoint request timed out',
  },
  DEFAULT_5XX: {
    statusCode: 500,
    errorType: 'InternalServerErrorException',
    message: 'Internal server error',
  },
} as const;

/** A refusal by the gateway itself: the function is not asked, or has no answer. */
export class GatewayRefusal extends Error {
  readonly type: keyof typeof REFUSALS;

  /** @param message where AWS has more than one for this type */
  constructor(type: keyof typeof REFUSALS, message: string = REFUSALS[type].message) {
    super(message);
    this.type = type;
  }
}

/**
 * Answers a refusal by the gateway response of its type, else by the default of its hundred, else as AWS does by itself.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function answerRefusal(
  { type, message }: GatewayRefusal,
  responses: GatewayResponses,
  requestId: string,
): Answer {
  const { statusCode, errorType } = REFUSALS[type];
  const response = responses.get(type) ?? responses.get(statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  return {
    statusCode: response?.statusCode ?? statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': errorType, ...response?.headers },
    body: response?.bodyTemplate.replaceAll('$context.requestId', requestId) ?? JSON.stringify({ message }),
  };
}
