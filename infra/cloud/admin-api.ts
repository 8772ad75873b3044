import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { AdminIdentity } from './admin-identity.ts';

/** Every route; each asks for an admin's token. */
const ROUTES = [{ method: 'GET', path: '/api/zoho/status' }] as const;

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

  constructor(scope: Construct, id: string, props: { handler: IFunction; identity: AdminIdentity }) {
    super(scope, id);
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new RestApi(this, 'Api', {
      restApiName: 'zoho-token-recovery',
      description: 'Status and recovery of the Zoho connections, for admins',
      endpointTypes: [EndpointType.REGIONAL],
      // API Gateway writes access logs only in accounts that have given it a role.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: ACCESS_LOG_FORMAT,
        tracingEnabled: true,
        // A handful of people, not a crowd: more is an attack or a loop.
        throttlingRateLimit: 10,
        throttlingBurstLimit: 20,
      },
    });
    // The stack tells the address itself, under a name that people can read.
    this.api.node.tryRemoveChild('Endpoint');
    this.#addRoutes(props);
    this.#acknowledgeFindings();
  }

  #addRoutes({ handler, identity }: { handler: IFunction; identity: AdminIdentity }): void {
    const authorizer = new CognitoUserPoolsAuthorizer(this, 'Authorizer', {
      cognitoUserPools: [identity.userPool],
    });
    const integration = new LambdaIntegration(handler, { allowTestInvoke: false });
    for (const { method, path } of ROUTES) {
      this.api.root
        .resourceForPath(path)
        .addMethod(method, integration, { authorizer, authorizationType: AuthorizationType.COGNITO });
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
