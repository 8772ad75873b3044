import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logRefreshes } from '../../lib/logging/refresh-log.ts';
import { logRevocations } from '../../lib/logging/revocation-log.ts';
import { sweepConnections } from '../../lib/workflows/refresh-connections.ts';
import { createRefreshContainer } from '../container.ts';

const logger = new Logger();
const { connections, forInvocation } = createRefreshContainer(process.env);

/** Every minute: refreshes what is due and was not, finishes what was cut off, revokes what was replaced. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event: unknown, context: Context): Promise<void> => {
    const { refreshes, revocations } = await sweepConnections(forInvocation(), connections, {
      requestId: context.awsRequestId,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    logRefreshes(logger, refreshes);
    logRevocations(logger, revocations);
  });
