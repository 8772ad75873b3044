import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';
import { FORBIDDEN } from './problem.ts';
import { problem } from './response.ts';

const ADMIN_GROUP = 'zoho-admins';

/** What API Gateway hands over of a token that its Cognito authorizer accepted: every claim is a string there. */
const claimsSchema = z.object({ 'cognito:groups': z.string().optional() });

/** Lets only members of the admin group through: the authorizer proves who it is, not what they may do. */
export function requireAdmin(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    before: ({ event }) => {
      const claims = claimsSchema.safeParse(event.requestContext.authorizer?.claims);
      const groups = claims.data?.['cognito:groups']?.split(',') ?? [];
      if (!groups.includes(ADMIN_GROUP)) return problem(FORBIDDEN, event.requestContext.requestId);
    },
  };
}
