import type { Dispatcher } from 'undici';
import type { Transport } from '../../lib/zoho/http.ts';

/** A transport that hands requests to a dispatcher of undici, such as its MockAgent. */
export function dispatchedBy(dispatcher: Dispatcher): Transport {
  return async ({ url, ...request }) => {
    const { statusCode, headers, body } = await dispatcher.request({
      ...request,
      origin: url.origin,
      path: url.pathname + url.search,
    });
    const contentType = headers['content-type'];
    return {
      status: statusCode,
      contentType: (Array.isArray(contentType) ? contentType[0] : contentType) ?? null,
      body,
    };
  };
}
