import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Redirect } from '../workflows/complete-consent.ts';
import { readQuery } from './query.ts';

const parameter = (mostCharacters: number) => z.optional(z.string().check(z.maxLength(mostCharacters)));

/**
 * What Zoho's redirect carries. A parameter that is given twice means two things, so it means nothing; whatever else Zoho
 * adds is let be.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
 */
export const callbackQuerySchema = z.object({
  state: parameter(200).check(z.meta({ description: 'As it stands in the link.' })),
  code: parameter(512).check(z.meta({ description: 'The grant code, for one exchange within a minute.' })),
  error: parameter(200).check(z.meta({ description: 'Such as access_denied.' })),
  'accounts-server': parameter(200).check(z.meta({ description: 'Where the code is to be exchanged.' })),
});

type CallbackEvent = Pick<APIGatewayProxyEvent, 'multiValueQueryStringParameters' | 'requestContext'>;

/** @returns null for a query that cannot be understood */
export function readRedirect(event: CallbackEvent): Redirect | null {
  const parsed = callbackQuerySchema.safeParse(readQuery(event));
  if (!parsed.success) return null;
  const { state, code, error, 'accounts-server': accountsServer } = parsed.data;
  return {
    state: state || null,
    code: code || null,
    error: error || null,
    accountsServer: accountsServer || null,
    sourceAddress: event.requestContext.identity?.sourceIp ?? null,
    requestId: event.requestContext.requestId,
  };
}
