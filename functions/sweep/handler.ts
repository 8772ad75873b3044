import '../interpret-schemas.ts';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logBackups } from '../../lib/logging/backup-log.ts';
import { logRefreshes } from '../../lib/logging/refresh-log.ts';
import { logRevocations } from '../../lib/logging/revocation-log.ts';
import { createEmitter } from '../../lib/metrics/emitter.ts';
import { measureRefreshes } from '../../lib/metrics/refresh-metrics.ts';
import { measureStates } from '../../lib/metrics/state-metrics.ts';
import { sweepConnections } from '../../lib/workflows/refresh-connections.ts';
import { createRefreshContainer } from '../container.ts';

const logger = new Logger();
const emit = createEmitter(logger);
const { connections, forInvocation } = createRefreshContainer(process.env);

/** Every minute: refreshes what is due and was not, brings back what was lost, finishes what was cut off, revokes what was replaced. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event: unknown, context: Context): Promise<void> => {
    const { refreshes, backups, revocations, areSecretsListed, found } = await sweepConnections(
      forInvocation(),
      connections,
      { requestId: context.awsRequestId, remainingMs: () => context.getRemainingTimeInMillis() },
    );
    if (!areSecretsListed) {
      logger.warn('the secrets could not be listed: one that is lost is noticed by the next refresh only', {
        code: 'SECRETS_NOT_LISTED',
      });
    }
    logRefreshes(logger, refreshes);
    logBackups(logger, backups);
    logRevocations(logger, revocations);
    emit([...measureStates(found), ...measureRefreshes(refreshes)]);
  });
