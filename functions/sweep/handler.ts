import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logRefreshes } from '../../lib/logging/refresh-log.ts';
import { sweepConnections } from '../../lib/workflows/refresh-connections.ts';
import { createRefreshContainer } from '../container.ts';

const logger = new Logger();
const { connections, forInvocation } = createRefreshContainer(process.env);

/** Every minute: refreshes what is due and was not, and finishes what a crash cut off. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event: unknown, context: Context): Promise<void> => {
    const outcomes = await sweepConnections(forInvocation(), connections, () =>
      context.getRemainingTimeInMillis(),
    );
    logRefreshes(logger, outcomes);
  });
