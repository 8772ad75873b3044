import '../interpret-schemas.ts';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logAlerts } from '../../lib/logging/alert-log.ts';
import { measureAlerts } from '../../lib/metrics/alert-metrics.ts';
import { createEmitter } from '../../lib/metrics/emitter.ts';
import { sweepAlerts } from '../../lib/workflows/sweep-alerts.ts';
import { createAlertContainer } from './container.ts';

const logger = new Logger();
const emit = createEmitter(logger);
const { connections, deps } = createAlertContainer(process.env);

/** Every minute: tells people what they have not been told, by what every connection has come to. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event: unknown, context: Context): Promise<void> => {
    const sweep = await sweepAlerts(deps, connections, {
      requestId: context.awsRequestId,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    logAlerts(logger, sweep);
    emit([measureAlerts(sweep.delivery.waiting)]);
  });
