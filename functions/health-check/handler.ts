import '../interpret-schemas.ts';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { createAdminHandler } from '../../lib/http/admin-router.ts';
import { logHealthChecks } from '../../lib/logging/health-check-log.ts';
import { createEmitter } from '../../lib/metrics/emitter.ts';
import { measureHealthChecks } from '../../lib/metrics/health-check-metrics.ts';
import { checkHealth } from '../../lib/workflows/check-health.ts';
import { auditVerificationRoute } from './audit-verification.ts';
import { createHealthCheckContainer } from './container.ts';
import { type HealthCheckEvent, readEvent } from './event.ts';
import { healthCheckRoute } from './health-check.ts';

const logger = new Logger();
const emit = createEmitter(logger);
const container = createHealthCheckContainer(process.env);

/** Once a day all connections, and each when its health changes: by EventBridge. And whenever an admin asks: by the API. */
export async function handler(event: unknown, context: Context): Promise<APIGatewayProxyResult | undefined> {
  const read = readEvent(event);
  if (read.kind === 'request') return answer(event as APIGatewayProxyEvent, context);
  await check(read, context);
  return undefined;
}

function answer(event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const routes = [healthCheckRoute(container, logger, remainingMs), auditVerificationRoute(container)];
  return createAdminHandler(logger, routes)(event, context);
}

const check = middy<Exclude<HealthCheckEvent, { kind: 'request' }>, void>()
  .use(injectLambdaContext(logger))
  .handler(async (event, context: Context) => {
    const checked = container.connections.filter(
      ({ id }) => event.kind === 'schedule' || id === event.connection,
    );
    const outcomes = await checkHealth(container.forInvocation(), checked, {
      trigger: event.kind,
      requester: {
        actor: { kind: 'schedule', id: 'health-check', name: null },
        sourceAddress: null,
        requestId: context.awsRequestId,
      },
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    logHealthChecks(logger, outcomes);
    if (event.kind === 'schedule') emit(measureHealthChecks(outcomes));
  });
