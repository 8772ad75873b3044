import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Problem } from './problem.ts';

/** A successful answer. Nothing of it may be kept by a cache. */
export function json(status: number, body: object): APIGatewayProxyResult {
  return respond(status, 'application/json', body);
}

/** An error's answer. */
export function problem(fault: Problem, requestId: string): APIGatewayProxyResult {
  return respond(fault.status, 'application/problem+json', { ...fault, requestId });
}

function respond(statusCode: number, contentType: string, body: object): APIGatewayProxyResult {
  return {
    statusCode,
    headers: {
      'content-type': contentType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(body),
  };
}
