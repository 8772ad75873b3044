import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import type { AdminRequest } from '../workflows/admin-operation.ts';

const ADMIN_GROUP = 'zoho-admins';

/** What API Gateway hands over of a token that its Cognito authorizer accepted: every claim is a string there. */
const claimsSchema = z.object({
  sub: z.string().check(z.minLength(1)),
  'cognito:groups': z.string(),
  email: z.optional(z.string()),
});

type AdminEvent = Pick<APIGatewayProxyEvent, 'requestContext'>;

/**
 * The request's admin: the authorizer proves who somebody is, the group says what they may do.
 *
 * @returns null for anybody else
 */
export function readAdminRequest({ requestContext }: AdminEvent): AdminRequest | null {
  const { success, data } = claimsSchema.safeParse(requestContext.authorizer?.claims);
  if (!success || !data['cognito:groups'].split(',').includes(ADMIN_GROUP)) return null;
  return {
    actor: { id: data.sub, name: data.email ?? null },
    sourceAddress: requestContext.identity?.sourceIp ?? null,
    requestId: requestContext.requestId,
    atMs: requestContext.requestTimeEpoch,
  };
}
