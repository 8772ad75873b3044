import { messagePage } from '../page.ts';
import { type Answer, html } from './answer.ts';
import { consentCall } from './consent.ts';
import type { SimulatorContext } from './context.ts';
import type { Fault } from './faults.ts';
import { productCall, serverInfoCall } from './products.ts';
import { readParameters, type SimulatorRequest } from './request.ts';
import type { ZohoCall } from './route.ts';
import { revokeCall, tokenCall } from './token-endpoint.ts';

/** The Zoho route that a request is for, or null. */
export async function routeZohoCall(
  context: SimulatorContext,
  request: SimulatorRequest,
): Promise<ZohoCall | null> {
  switch (`${request.method} ${request.url.pathname}`) {
    case 'GET /oauth/v2/auth':
    case 'POST /oauth/v2/auth':
      return consentCall(context, request, await readParameters(request));
    case 'POST /oauth/v2/token':
      return tokenCall(context, request, await readParameters(request));
    case 'POST /oauth/v2/token/revoke':
      return revokeCall(context, request, await readParameters(request));
    case 'GET /oauth/serverinfo':
      return serverInfoCall(context);
    default:
      return request.method === 'GET' ? productCall(context, request) : null;
  }
}

/** Serves a call, or lets it meet a fault; null when the fault leaves it without an answer. */
export function answerCall(call: ZohoCall, fault: Fault | null): Answer | null {
  switch (fault?.kind) {
    case undefined:
    case 'slow':
      return call.serve();
    case 'garbage':
      return cutInHalf(call.serve());
    case 'down':
      return null;
    case 'throttle':
      return call.throttled();
    case 'wrongDataCenter':
      return call.wrongDataCenter();
    case 'html':
      return errorPage(fault.status);
    case 'status':
      return errorPage(fault.status);
    case 'huge':
      return hugeAnswer(fault.bytes);
  }
}

/** What any address answers at which Zoho has nothing. */
export function notFound(): Answer {
  return html(messagePage('Page not found', 'Zoho has nothing at this address.'), 404);
}

function errorPage(status: number): Answer {
  return html(messagePage('Sorry', 'Something went wrong at our end. Please try again later.'), status);
}

function cutInHalf(answer: Answer): Answer {
  return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
}

function hugeAnswer(bytes: number): Answer {
  const [head, tail] = ['{"padding":"', '"}'];
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: head + 'x'.repeat(Math.max(0, bytes - head.length - tail.length)) + tail,
  };
}
