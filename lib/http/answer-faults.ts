import type { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { awsErrorName } from '../aws/errors.ts';
import { UNAVAILABLE } from './problem.ts';
import { problem } from './response.ts';

/** Turns what a route threw into a problem. Its text stays in the log: it may tell a stranger too much. */
export function answerFaults(
  logger: Pick<Logger, 'error'>,
): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    onError: ({ event, error }) => {
      logger.error('a request failed', { code: 'REQUEST_FAILED', errorName: awsErrorName(error) });
      return problem(UNAVAILABLE, event.requestContext.requestId);
    },
  };
}
