import * as z from 'zod';
import type { GatewayResponse } from '../api/gateway-responses.ts';
import type { Route } from '../api/routes.ts';
import { TemplateError } from '../template.ts';
import { type Provisioner, parseProperties } from './context.ts';
import { functionNameIn } from './functions.ts';

/** The one REST API of the template, as the gateway serves it. */
export interface RestApiDefinition {
  id: string;
  stage: string;
  readonly routes: Route[];
  readonly gatewayResponses: Map<string, GatewayResponse>;
  /** How large a body has to be to be compressed for a client that takes it. */
  compressedFromBytes: number;
}

const ROOT = 'root';
const resourceSchema = z.object({ ParentId: z.string(), PathPart: z.string() });
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html */
const restApiSchema = z.object({ MinimumCompressionSize: z.int().min(0).default(Infinity) });
const stageSchema = z.object({ StageName: z.string() });
const authorizerSchema = z.object({ Type: z.literal('COGNITO_USER_POOLS') });

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html */
const methodSchema = z.object({
  HttpMethod: z.string(),
  ResourceId: z.string(),
  AuthorizationType: z.enum(['NONE', 'COGNITO_USER_POOLS']).default('NONE'),
  Integration: z.object({ Type: z.literal('AWS_PROXY'), Uri: z.string() }),
});

const HEADER_PREFIX = 'gatewayresponse.header.';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html */
const gatewayResponseSchema = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.coerce.number().int().min(200).max(599).optional(),
  ResponseParameters: z
    .record(
      z.string().regex(/^gatewayresponse\.header\.[\w-]+$/),
      z.string().regex(/^'[\x20-\x26\x28-\x7e]*'$/, 'the twin knows fixed values of ASCII, in single quotes'),
    )
    .default({}),
  ResponseTemplates: z.strictObject({
    'application/json': z
      .string()
      .refine(
        (template) => !template.replaceAll('$context.requestId', '').includes('$'),
        'of the variables the twin knows $context.requestId',
      ),
  }),
});

/**
 * Provisioners that collect one REST API's stage, routes and own answers into its definition.
 *
 * @returns `restApi`, which the functions may refer to, and `parts`, some of which refer to the functions
 */
export function createRestApiProvisioners(api: RestApiDefinition): {
  readonly restApi: Provisioner;
  readonly parts: Record<string, Provisioner>;
} {
  const paths = new Map<string, string>();

  const restApi: Provisioner = (logicalId, properties) => {
    api.compressedFromBytes = parseProperties(logicalId, restApiSchema, properties).MinimumCompressionSize;
    const rootId = `${logicalId}-${ROOT}`;
    api.id = logicalId;
    paths.set(rootId, '');
    return { ref: logicalId, attributes: { RootResourceId: rootId, RestApiId: logicalId } };
  };

  const parts: Record<string, Provisioner> = {
    'AWS::ApiGateway::GatewayResponse': (logicalId, properties) => {
      const declared = parseProperties(logicalId, gatewayResponseSchema, properties);
      api.gatewayResponses.set(declared.ResponseType, {
        statusCode: declared.StatusCode ?? null,
        headers: fixedHeaders(declared.ResponseParameters),
        bodyTemplate: declared.ResponseTemplates['application/json'],
      });
      return { ref: logicalId, attributes: {} };
    },
    'AWS::ApiGateway::Resource': (logicalId, properties) => {
      const { ParentId, PathPart } = parseProperties(logicalId, resourceSchema, properties);
      paths.set(logicalId, `${pathOf(logicalId, ParentId)}/${PathPart}`);
      return { ref: logicalId, attributes: { ResourceId: logicalId } };
    },
    'AWS::ApiGateway::Authorizer': (logicalId, properties) => {
      parseProperties(logicalId, authorizerSchema, properties);
      return { ref: logicalId, attributes: { AuthorizerId: logicalId } };
    },
    'AWS::ApiGateway::Method': (logicalId, properties) => {
      const method = parseProperties(logicalId, methodSchema, properties);
      const functionName = functionNameIn(method.Integration.Uri);
      if (!functionName)
        throw new TemplateError(`${logicalId} integrates with something else than a function`);
      api.routes.push({
        method: method.HttpMethod,
        resource: pathOf(logicalId, method.ResourceId) || '/',
        functionName,
        isAuthorized: method.AuthorizationType === 'COGNITO_USER_POOLS',
      });
      return { ref: logicalId, attributes: {} };
    },
    'AWS::ApiGateway::Stage': (logicalId, properties) => {
      const { StageName } = parseProperties(logicalId, stageSchema, properties);
      api.stage = StageName;
      return { ref: StageName, attributes: {} };
    },
  };
  return { restApi, parts };

  function pathOf(logicalId: string, resourceId: string): string {
    const path = paths.get(resourceId);
    if (path === undefined)
      throw new TemplateError(`${logicalId} hangs on the unknown resource ${resourceId}`);
    return path;
  }
}

function fixedHeaders(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name.slice(HEADER_PREFIX.length), value.slice(1, -1)]),
  );
}
