import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { answerFaults } from '../../../lib/http/answer-faults.ts';
import { requireAdmin } from '../../../lib/http/require-admin.ts';
import { json } from '../../../lib/http/response.ts';

const event = (claims: unknown) =>
  ({ requestContext: { requestId: 'request-1', authorizer: { claims } } }) as unknown as APIGatewayProxyEvent;

const logger = { error: vi.fn() };
const route = (answer: () => APIGatewayProxyResult) =>
  middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(answerFaults(logger))
    .use(requireAdmin())
    .handler(async () => answer());
const ask = (claims: unknown, answer = () => json(200, { fine: true })) =>
  route(answer)(event(claims), {} as Context);

describe('an admin’s route', () => {
  it.each([['zoho-admins'], ['others,zoho-admins']])('answers a member of the group (%s)', async (groups) => {
    expect(await ask({ 'cognito:groups': groups })).toMatchObject({ statusCode: 200, body: '{"fine":true}' });
  });

  it.each([
    ['no authorizer', undefined],
    ['no groups', {}],
    ['another group', { 'cognito:groups': 'zoho-admins-of-another-kind' }],
    ['groups of another type', { 'cognito:groups': ['zoho-admins'] }],
  ])('refuses with a problem, and does nothing, given %s', async (_name, claims) => {
    const answer = vi.fn(() => json(200, {}));
    const refusal = await ask(claims, answer);
    expect(answer).not.toHaveBeenCalled();
    expect(refusal).toMatchObject({
      statusCode: 403,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.parse(refusal.body)).toEqual({
      type: 'urn:zoho-token-recovery:problem:not-an-admin',
      title: 'Not an admin',
      status: 403,
      detail: expect.stringContaining('zoho-admins'),
      requestId: 'request-1',
    });
  });

  it('P8: tells a stranger nothing of what went wrong inside', async () => {
    const secret = '1000.a-token-in-an-error';
    const refusal = await ask({ 'cognito:groups': 'zoho-admins' }, () => {
      throw new Error(secret);
    });
    expect(refusal.statusCode).toBe(503);
    expect(refusal.body).not.toContain(secret);
    expect(JSON.stringify(logger.error.mock.calls)).not.toContain(secret);
  });

  it('is kept by no cache', () => {
    expect(json(200, {}).headers).toMatchObject({ 'cache-control': 'no-store' });
  });
});
