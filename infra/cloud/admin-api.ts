import { RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { AdminIdentity } from './admin-identity.ts';
import { GatewayResponses } from './gateway-responses.ts';

/** Which function answers a route: what reads, what changes, what checks, what Zoho redirects to, and the console's page. */
export type ApiFunction = 'admin-api' | 'admin-operations' | 'health-check' | 'oauth-callback' | 'console';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly function: ApiFunction;
  /** Without an admin's token: why, as cdk-nag asks for each of its two findings. */
  readonly isPublic?: { readonly because: string; readonly guardedBy: string };
}

const CALLBACK_PATH = '/api/zoho/oauth/callback';
const CONSOLE_PATH = '/console';

/** Every route; each but two asks for an admin's token. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/zoho/status', function: 'admin-api' },
  { method: 'GET', path: '/api/zoho/audit', function: 'admin-api' },
  { method: 'GET', path: '/api/zoho/audit/verification', function: 'health-check' },
  { method: 'GET', path: '/api/zoho/incidents', function: 'admin-api' },
  { method: 'GET', path: '/api/zoho/backups', function: 'admin-api' },
  { method: 'GET', path: '/api/zoho/health-check', function: 'admin-api' },
  { method: 'GET', path: '/api/zoho/openapi.json', function: 'admin-api' },
  { method: 'POST', path: '/api/zoho/emergency-reauth', function: 'admin-operations' },
  { method: 'GET', path: '/api/zoho/renewal', function: 'admin-operations' },
  { method: 'POST', path: '/api/zoho/manual-token-update', function: 'admin-operations' },
  { method: 'POST', path: '/api/zoho/restore', function: 'admin-operations' },
  { method: 'POST', path: '/api/zoho/refresh', function: 'admin-operations' },
  { method: 'POST', path: '/api/zoho/health-check', function: 'health-check' },
  {
    method: 'GET',
    path: CALLBACK_PATH,
    function: 'oauth-callback',
    isPublic: {
      because: 'Zoho’s redirect comes through a browser, without an admin’s token.',
      guardedBy:
        'A single-use state of 256 bits, bound to an admin’s request of the last ten minutes, guards it.',
    },
  },
  {
    method: 'GET',
    path: CONSOLE_PATH,
    function: 'console',
    isPublic: {
      because: 'It is the page on which admins sign in, the same for everybody.',
      guardedBy:
        'It holds nothing but its own code; whatever it shows comes from routes that ask for a token.',
    },
  },
];

const STAGE_NAME = 'prod';

/** A handful of people, not a crowd: more is an attack or a loop. What changes something is asked for more rarely. */
const THROTTLING: Record<ApiFunction, MethodDeploymentOptions> = {
  'admin-api': { throttlingRateLimit: 10, throttlingBurstLimit: 20 },
  'admin-operations': { throttlingRateLimit: 2, throttlingBurstLimit: 10 },
  'health-check': { throttlingRateLimit: 2, throttlingBurstLimit: 10 },
  'oauth-callback': { throttlingRateLimit: 2, throttlingBurstLimit: 10 },
  console: { throttlingRateLimit: 5, throttlingBurstLimit: 20 },
};

/** What is smaller gains nothing. Nothing that is compressed holds a secret beside what a stranger could choose (BREACH). */
const COMPRESSED_FROM = Size.kibibytes(1);

/** Without path and query string: Zoho's redirect carries a code and a state there. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    method: '$context.httpMethod',
    resource: '$context.resourcePath',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    sourceIp: '$context.identity.sourceIp',
    admin: '$context.authorizer.claims.sub',
    error: '$context.error.responseType',
  }),
);

/** The REST API for admins. Closed to other origins: it answers no CORS preflight. */
export class AdminApi extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new RestApi(this, 'Api', {
      restApiName: 'zoho-token-recovery',
      description: 'Status and recovery of the Zoho connections, for admins',
      endpointTypes: [EndpointType.REGIONAL],
      minCompressionSize: COMPRESSED_FROM,
      // API Gateway writes access logs only in accounts that have given it a role.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: STAGE_NAME,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: ACCESS_LOG_FORMAT,
        tracingEnabled: true,
        ...THROTTLING['admin-api'],
        methodOptions: Object.fromEntries(
          ROUTES.map((route) => [`${route.path}/${route.method}`, THROTTLING[route.function]]),
        ),
      },
    });
    // The stack tells the address itself, under a name that people can read.
    this.api.node.tryRemoveChild('Endpoint');
    new GatewayResponses(this, 'Responses', this.api);
    this.#acknowledgeFindings();
  }

  /**
   * Where the API is, without a slash at its end. Put together from the API's id, not from its stage: the stage depends on
   * the functions, and functions need this.
   */
  get apiUrl(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${STAGE_NAME}`;
  }

  /** Where Zoho redirects to after a consent. */
  get redirectUri(): string {
    return `${this.apiUrl}${CALLBACK_PATH}`;
  }

  /** Where the admin console is. */
  get consoleUrl(): string {
    return `${this.apiUrl}${CONSOLE_PATH}`;
  }

  /** Opens the routes, once their functions stand. */
  addRoutes(functions: Readonly<Record<ApiFunction, IFunction>>, identity: AdminIdentity): void {
    const authorizer = new CognitoUserPoolsAuthorizer(this, 'Authorizer', {
      cognitoUserPools: [identity.userPool],
    });
    for (const route of ROUTES) {
      const integration = new LambdaIntegration(functions[route.function], {
        // One permission for each function, not for each method: a stack holds 500 resources.
        scopePermissionToMethod: false,
      });
      const method = this.api.root
        .resourceForPath(route.path)
        .addMethod(
          route.method,
          integration,
          route.isPublic
            ? { authorizationType: AuthorizationType.NONE }
            : { authorizationType: AuthorizationType.COGNITO, authorizer },
        );
      if (route.isPublic) {
        const { because, guardedBy } = route.isPublic;
        acknowledge(method, { 'AwsSolutions-APIG4': because, 'AwsSolutions-COG4': guardedBy });
      }
    }
  }

  #acknowledgeFindings(): void {
    acknowledge(this.api.node.findChild('CloudWatchRole'), {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'One role for all APIs of the account and region, which AWS defines by this very policy.',
    });
    acknowledge(this.api, {
      'AwsSolutions-APIG2':
        'The functions check every request by zod schemas; a second definition here could only disagree.',
    });
    acknowledge(this.api.deploymentStage, {
      'AwsSolutions-APIG3':
        'Every route asks for a token with a second factor, and is throttled. A company that runs a web ACL attaches it to the stage.',
      'AwsSolutions-APIG6':
        'Execution logs hold query strings, in which Zoho’s redirect carries a code and a state. Access logs, without them, are on.',
    });
  }
}
