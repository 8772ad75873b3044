import * as z from 'zod';
import type { Route } from '../api/routes.ts';
import { TemplateError } from '../template.ts';
import { type Provisioner, parseProperties } from './context.ts';
import { functionNameIn } from './functions.ts';

/** The one REST API of the template, as the gateway serves it. */
export interface RestApiDefinition {
  stage: string;
  readonly routes: Route[];
}

const ROOT = 'root';
const resourceSchema = z.object({ ParentId: z.string(), PathPart: z.string() });
const stageSchema = z.object({ StageName: z.string() });
const authorizerSchema = z.object({ Type: z.literal('COGNITO_USER_POOLS') });

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html */
const methodSchema = z.object({
  HttpMethod: z.string(),
  ResourceId: z.string(),
  AuthorizationType: z.enum(['NONE', 'COGNITO_USER_POOLS']).default('NONE'),
  Integration: z.object({ Type: z.literal('AWS_PROXY'), Uri: z.string() }),
});

/** Provisioners that collect one REST API's stage and routes into its definition. */
export function createRestApiProvisioners(api: RestApiDefinition): Record<string, Provisioner> {
  const paths = new Map<string, string>();

  return {
    'AWS::ApiGateway::RestApi': (logicalId) => {
      const rootId = `${logicalId}-${ROOT}`;
      paths.set(rootId, '');
      return { ref: logicalId, attributes: { RootResourceId: rootId, RestApiId: logicalId } };
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

  function pathOf(logicalId: string, resourceId: string): string {
    const path = paths.get(resourceId);
    if (path === undefined)
      throw new TemplateError(`${logicalId} hangs on the unknown resource ${resourceId}`);
    return path;
  }
}
