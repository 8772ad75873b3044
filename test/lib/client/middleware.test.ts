/** Holds the middleware to @middy/core, by its types and in a run, though it imports nothing of it. */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { ZohoTokenUnavailableError } from '../../../lib/client/errors.ts';
import { type ZohoAccessTokenContext, zohoAccessToken } from '../../../lib/client/middleware.ts';
import type { ZohoTokenReader } from '../../../lib/client/reader.ts';
import { aReader, startSecrets } from './support.ts';

afterEach(() => {
  delete process.env.ZOHO_ACCESS_TOKEN;
});

const getAccessToken = vi.fn<() => Promise<string>>();
const reader = { getAccessToken } as unknown as ZohoTokenReader;

/** An invocation's context; a new one each time, as Lambda has it. Middy asks callers for all that handlers get. */
function aContext() {
  return { awsRequestId: 'request', getRemainingTimeInMillis: () => 1_000 } as Context &
    ZohoAccessTokenContext;
}

describe('the middleware', () => {
  it('gives each invocation a token in its context', async () => {
    getAccessToken.mockResolvedValueOnce('1000.first').mockResolvedValueOnce('1000.second');
    const handler = middy()
      .use(zohoAccessToken({ reader }))
      .handler(async (_event: unknown, context) => context.zohoAccessToken);
    expect(await handler({}, aContext())).toBe('1000.first');
    expect(await handler({}, aContext())).toBe('1000.second');
    expect(process.env.ZOHO_ACCESS_TOKEN).toBeUndefined();
  });

  it('gives the environment of each invocation one, if asked', async () => {
    getAccessToken.mockResolvedValueOnce('1000.first').mockResolvedValueOnce('1000.second');
    const handler = middy()
      .use(zohoAccessToken({ reader, setToEnv: true, setToContext: false }))
      .handler(async (_event: unknown, context) => [process.env.ZOHO_ACCESS_TOKEN, Object.keys(context)]);
    const untouched = Object.keys(aContext());
    expect(await handler({}, aContext())).toEqual(['1000.first', untouched]);
    expect(await handler({}, aContext())).toEqual(['1000.second', untouched]);
  });

  it('lets no handler run without a token, and the error is the reader’s', async () => {
    getAccessToken.mockRejectedValueOnce(new ZohoTokenUnavailableError('TOKEN_EXPIRED', 'over'));
    const work = vi.fn(async () => {});
    const handler = middy().use(zohoAccessToken({ reader })).handler(work);
    await expect(handler({}, aContext())).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(work).not.toHaveBeenCalled();
  });

  it('reads the secret once for many invocations', async () => {
    const { client, publish, reads } = await startSecrets();
    await publish();
    const handler = middy()
      .use(zohoAccessToken({ reader: aReader(client).reader }))
      .handler(async (_event: unknown, context) => context.zohoAccessToken);
    for (let count = 0; count < 5; count++) {
      expect(await handler({}, aContext())).toBe('1000.access-token-of-a-test');
    }
    expect(reads()).toBe(1);
  });

  it('makes a reader of its own for a secret’s name', () => {
    expect(zohoAccessToken({ secretId: 'zoho/crm/access-token' })).toEqual({ before: expect.any(Function) });
  });

  it('types the context, beside what Lambda has in it', () => {
    middy()
      .use(zohoAccessToken({ reader }))
      .handler(async (_event: unknown, context) => {
        expectTypeOf(context.zohoAccessToken).toEqualTypeOf<string>();
        expectTypeOf(context.awsRequestId).toEqualTypeOf<string>();
      });
    middy()
      .use(zohoAccessToken({ reader, setToContext: false }))
      .handler(async (_event: unknown, context) => {
        expectTypeOf(context).not.toHaveProperty('zohoAccessToken');
      });
  });
});
