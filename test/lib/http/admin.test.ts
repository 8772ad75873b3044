import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { adminRoute, createAdminHandler } from '../../../lib/http/admin-router.ts';
import { defineContract } from '../../../lib/http/contract.ts';
import { aProblem } from '../../../lib/http/problem.ts';
import type { AdminRequest } from '../../../lib/workflows/admin-operation.ts';

const CONTRACT = defineContract({
  method: 'GET',
  path: '/api/zoho/thing',
  summary: 'A thing',
  description: 'A thing',
  query: z.strictObject({ size: z.optional(z.enum(['small', 'large'])) }),
  body: null,
  success: { status: 201, description: 'A thing', schema: z.object({ fine: z.boolean() }) },
  problems: [],
});

const ADMIN = { sub: 'admin-1', 'cognito:groups': 'zoho-admins', email: 'admin@example.com' };

const event = (claims: unknown, differing: Partial<APIGatewayProxyEvent> = {}) =>
  ({
    httpMethod: 'GET',
    resource: '/api/zoho/thing',
    multiValueQueryStringParameters: null,
    requestContext: {
      requestId: 'request-1',
      requestTimeEpoch: 1_000,
      identity: { sourceIp: '192.0.2.1' },
      authorizer: { claims },
    },
    ...differing,
  }) as unknown as APIGatewayProxyEvent;

const logger = new Logger();
const work = vi.fn(async (_input: unknown, _request: AdminRequest) => ({
  kind: 'succeeded' as const,
  answer: { fine: true },
}));
const handler = createAdminHandler(logger, [adminRoute(CONTRACT, work)]);
const ask = (claims: unknown, differing: Partial<APIGatewayProxyEvent> = {}) =>
  handler(event(claims, differing), { getRemainingTimeInMillis: () => 1_000 } as Context);

describe('an admin’s route', () => {
  beforeEach(() => {
    vi.clearAllMocks();
    vi.spyOn(logger, 'error').mockImplementation(() => {});
    vi.spyOn(logger, 'warn').mockImplementation(() => {});
  });

  it.each(['zoho-admins', 'others,zoho-admins'])('answers a member of the group (%s)', async (groups) => {
    expect(await ask({ ...ADMIN, 'cognito:groups': groups })).toMatchObject({
      statusCode: 201,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: '{"fine":true}',
    });
  });

  it('is told who asks, from where and when', async () => {
    await ask(ADMIN);
    expect(work).toHaveBeenCalledWith(
      { query: {}, body: null },
      {
        actor: { id: 'admin-1', name: 'admin@example.com' },
        sourceAddress: '192.0.2.1',
        requestId: 'request-1',
        atMs: 1_000,
      },
      expect.objectContaining({ resource: '/api/zoho/thing' }),
    );
  });

  it.each([
    ['no authorizer', undefined],
    ['no groups', { ...ADMIN, 'cognito:groups': undefined }],
    ['another group', { ...ADMIN, 'cognito:groups': 'zoho-admins-of-another-kind' }],
    ['groups of another type', { ...ADMIN, 'cognito:groups': ['zoho-admins'] }],
    ['nobody by name', { ...ADMIN, sub: undefined }],
    ['an empty name', { ...ADMIN, sub: '' }],
  ])('P8: refuses with a problem, and does nothing, given %s', async (_name, claims) => {
    const refusal = await ask(claims);
    expect(work).not.toHaveBeenCalled();
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

  it('is asked by its method and resource only', async () => {
    expect(await ask(ADMIN, { httpMethod: 'POST' })).toMatchObject({ statusCode: 404 });
    expect(await ask(ADMIN, { resource: '/api/zoho/other' })).toMatchObject({ statusCode: 404 });
    expect(work).not.toHaveBeenCalled();
  });

  it('does nothing for a request that breaks its contract, and says which field', async () => {
    const refusal = await ask(ADMIN, { multiValueQueryStringParameters: { size: ['1000.secret'] } });
    expect(work).not.toHaveBeenCalled();
    expect(refusal.statusCode).toBe(400);
    expect(JSON.parse(refusal.body)).toMatchObject({ errors: [{ path: 'query.size' }] });
    expect(refusal.body).not.toContain('1000.secret');
  });

  it('logs what it refuses, by the problem’s type', async () => {
    work.mockResolvedValueOnce({
      kind: 'refused',
      problem: aProblem('rate-limited', 'Too often.', { retryAfterS: 7, code: 'RATE_LIMITED' }),
    } as never);
    const refusal = await ask(ADMIN);
    expect(refusal.headers).toMatchObject({ 'retry-after': '7' });
    expect(logger.warn).toHaveBeenCalledExactlyOnceWith('GET /api/zoho/thing refused: Too many requests', {
      code: 'REQUEST_REFUSED',
      route: 'GET /api/zoho/thing',
      status: 429,
      problem: 'urn:zoho-token-recovery:problem:rate-limited',
      failureCode: 'RATE_LIMITED',
      apiRequestId: 'request-1',
    });
  });

  it('P8: tells a stranger nothing of what went wrong inside', async () => {
    const secret = '1000.a-token-in-an-error';
    work.mockRejectedValueOnce(new Error(secret));
    const refusal = await ask(ADMIN);
    expect(refusal.statusCode).toBe(503);
    expect(refusal.body).not.toContain(secret);
    expect(JSON.stringify(vi.mocked(logger.error).mock.calls)).not.toContain(secret);
  });
});
