import '../interpret-schemas.ts';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logRefreshes } from '../../lib/logging/refresh-log.ts';
import { createEmitter } from '../../lib/metrics/emitter.ts';
import { measureRefreshes } from '../../lib/metrics/refresh-metrics.ts';
import { refreshConnections } from '../../lib/workflows/refresh-connections.ts';
import { assertRetriesRecorded } from '../../lib/workflows/refresh-outcome.ts';
import { createRefreshContainer } from '../container.ts';
import { connectionsOf, readShard } from './event.ts';

const logger = new Logger();
const emit = createEmitter(logger);
const { connections, forInvocation } = createRefreshContainer(process.env);

/** Every 50 minutes: refreshes every connection, or those of the shard that the schedule names. What is due, the state says. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context): Promise<void> => {
    const mine = connectionsOf(connections, readShard(event));
    const outcomes = await refreshConnections(forInvocation(), mine, {
      trigger: 'tick',
      requestId: context.awsRequestId,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    logRefreshes(logger, outcomes);
    emit(measureRefreshes(outcomes));
    assertRetriesRecorded(outcomes);
  });
