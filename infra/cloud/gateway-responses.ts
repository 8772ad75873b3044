import { GatewayResponse, type IRestApi, ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';

/** What API Gateway itself has to say about a request, in the form of the functions' own problems (lib/http/problem.ts). */
interface GatewayProblem {
  /** The last part of the problem's `type`. */
  readonly name: string;
  readonly title: string;
  /** Null where each refusal keeps its own: no template can name it (`$context.status` is for access logs only). */
  readonly status: number | null;
  /** What happened and what to do. Fixed text: API Gateway's own messages may repeat what was sent, also a token. */
  readonly detail: string;
  /** What this answer bears besides the headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

const ROUTES_HINT = 'GET /api/zoho/openapi.json describes every route.';

const UNAUTHENTICATED: GatewayProblem = {
  name: 'unauthenticated',
  title: 'Not signed in',
  status: 401,
  detail:
    'The request bears no valid ID token: it is missing, malformed, expired, or of another user pool. Nothing was done. Sign in, and send the IdToken as the header Authorization: Bearer <IdToken>.',
  headers: { 'WWW-Authenticate': 'Bearer' },
};

const NO_SUCH_ROUTE: GatewayProblem = {
  name: 'no-such-route',
  title: 'No such route',
  status: 404,
  detail: `No route has this method and path. Nothing was done. ${ROUTES_HINT}`,
};

/**
 * Each type of refusal that this API can meet. A Cognito authorizer refuses as `UNAUTHORIZED`, also an expired token;
 * `EXPIRED_TOKEN` and `INVALID_SIGNATURE` are about AWS's own signatures, which are as little of use here. A type that is
 * missing falls to the default of its hundred.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const ANSWERS: readonly (readonly [ResponseType, GatewayProblem])[] = [
  [ResponseType.UNAUTHORIZED, UNAUTHENTICATED],
  [ResponseType.EXPIRED_TOKEN, UNAUTHENTICATED],
  [ResponseType.INVALID_SIGNATURE, UNAUTHENTICATED],
  [
    ResponseType.ACCESS_DENIED,
    {
      name: 'access-denied',
      title: 'Access denied',
      status: 403,
      detail:
        'A policy of the API does not let this request through. Nothing was done. Ask an operator of the deployment to look at its authorizer and resource policy.',
    },
  ],
  // AWS's name for a method or a path that it does not know; by itself it would be a 403.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, NO_SUCH_ROUTE],
  [ResponseType.RESOURCE_NOT_FOUND, NO_SUCH_ROUTE],
  [
    ResponseType.BAD_REQUEST_BODY,
    {
      name: 'invalid-request',
      title: 'Invalid request',
      status: 400,
      detail: `The body is not as this route takes it. Nothing was done. ${ROUTES_HINT}`,
    },
  ],
  [
    ResponseType.REQUEST_TOO_LARGE,
    {
      name: 'request-too-large',
      title: 'Request too large',
      status: 413,
      detail: `The request is larger than API Gateway takes (10 MB). Nothing was done. Send a smaller one. ${ROUTES_HINT}`,
    },
  ],
  [
    ResponseType.UNSUPPORTED_MEDIA_TYPE,
    {
      name: 'unsupported-media-type',
      title: 'Unsupported media type',
      status: 415,
      detail:
        'The body is of a type that this route does not take. Nothing was done. Send the header Content-Type: application/json.',
    },
  ],
  [
    ResponseType.THROTTLED,
    {
      name: 'throttled',
      title: 'Throttled',
      status: 429,
      detail:
        'More requests come to this route than it takes in a second, from all callers together. Nothing was done. Try again after as many seconds as Retry-After says.',
      headers: { 'Retry-After': '1' },
    },
  ],
  [
    ResponseType.QUOTA_EXCEEDED,
    {
      name: 'quota-exceeded',
      title: 'Quota exceeded',
      status: 429,
      detail:
        'The quota of the usage plan is spent. Nothing was done. Try again when its period is over, or ask an operator of the deployment to raise it.',
      headers: { 'Retry-After': '3600' },
    },
  ],
  [
    ResponseType.INTEGRATION_FAILURE,
    {
      name: 'function-failed',
      title: 'Function failed',
      status: 502,
      detail:
        'The function behind this route failed, maybe after it had begun. Look at GET /api/zoho/status and GET /api/zoho/audit before you try again; if it lasts, look at its log.',
    },
  ],
  [
    ResponseType.INTEGRATION_TIMEOUT,
    {
      name: 'answer-overdue',
      title: 'Answer overdue',
      status: 504,
      detail:
        'The operation takes longer than API Gateway waits (29 s). It goes on, and may still succeed. Look at GET /api/zoho/status and GET /api/zoho/audit in a minute, before you try again.',
    },
  ],
  [
    // Also an unknown route with a token, as 403: AWS takes the token for a signature of its own, and would repeat it.
    ResponseType.DEFAULT_4XX,
    {
      name: 'request-refused',
      title: 'Request refused',
      status: null,
      detail: `API Gateway refused the request before any function saw it: its path, method, headers or body are not what the API takes. Nothing was done. ${ROUTES_HINT}`,
    },
  ],
  [
    ResponseType.DEFAULT_5XX,
    {
      name: 'gateway-failed',
      title: 'API Gateway failed',
      status: null,
      detail:
        'API Gateway could not get an answer to this request. Look at GET /api/zoho/status and GET /api/zoho/audit before you try again, in a minute; if it lasts, look for the request id in the access log.',
    },
  ],
];

/** As the functions' own answers bear them (lib/http/response.ts). */
const EVERY_ANSWER = {
  'Content-Type': 'application/problem+json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Strict-Transport-Security': 'max-age=63072000',
};

/**
 * Makes problem documents of what API Gateway answers before, or instead of, a function.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export class GatewayResponses extends Construct {
  constructor(scope: Construct, id: string, restApi: RestApi) {
    super(scope, id);
    for (const [type, problem] of ANSWERS) {
      new GatewayResponse(this, type.responseType, {
        // CDK's own types disagree where TypeScript is strict about optional properties.
        restApi: restApi as IRestApi,
        type,
        ...(problem.status === null ? {} : { statusCode: String(problem.status) }),
        responseHeaders: quoted({ ...EVERY_ANSWER, ...problem.headers }),
        // The key only chooses the template, and `application/json` is what a client that names no type gets.
        templates: { 'application/json': bodyTemplate(problem) },
      });
    }
  }
}

/** API Gateway replaces variables as text, without escaping: the one here is an id of its own making. */
function bodyTemplate({ name, title, status, detail }: GatewayProblem): string {
  return JSON.stringify({
    type: `urn:zoho-token-recovery:problem:${name}`,
    title,
    ...(status === null ? {} : { status }),
    detail,
    requestId: '$context.requestId',
  });
}

/** Fixed values stand in single quotes; anything else would be read as a mapping from the request. */
function quoted(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
}
