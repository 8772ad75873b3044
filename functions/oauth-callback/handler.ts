import '../interpret-schemas.ts';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { awsErrorName } from '../../lib/aws/errors.ts';
import { type CallbackOutcome, callbackPage } from '../../lib/http/callback-page.ts';
import { readRedirect } from '../../lib/http/callback-request.ts';
import { htmlPage } from '../../lib/http/response.ts';
import { logReplacement } from '../../lib/logging/operation-log.ts';
import { createEmitter } from '../../lib/metrics/emitter.ts';
import { measureReplacement } from '../../lib/metrics/refresh-metrics.ts';
import { completeConsent } from '../../lib/workflows/complete-consent.ts';
import { createAdminContainer } from '../container.ts';

const logger = new Logger();
const emit = createEmitter(logger);
const { forInvocation } = createAdminContainer(process.env);

/** `GET /api/zoho/oauth/callback`: where Zoho redirects to after a consent. Answers a page, whatever happens. */
export const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
  .use(injectLambdaContext(logger))
  .handler(async (event) => {
    const outcome = await complete(event);
    return htmlPage(callbackPage(outcome, event.requestContext.requestId));
  });

async function complete(event: APIGatewayProxyEvent): Promise<CallbackOutcome> {
  const redirect = readRedirect(event);
  if (!redirect) return { kind: 'unreadable' };
  const apiRequestId = event.requestContext.requestId;
  try {
    const outcome = await completeConsent(forInvocation(), redirect);
    if (outcome.kind === 'completed') {
      const { connection, replacement } = outcome;
      logReplacement(logger, connection, replacement);
      emit(measureReplacement(connection, replacement));
      return outcome;
    }
    const connection = 'connection' in outcome ? outcome.connection : undefined;
    logger.warn(`a consent was not used: ${outcome.kind}`, {
      code: 'CONSENT_REFUSED',
      connection,
      refusal: outcome.kind,
      apiRequestId,
    });
    return outcome;
  } catch (fault) {
    logger.error('a consent could not be looked at', {
      code: 'REQUEST_FAILED',
      errorName: awsErrorName(fault),
      apiRequestId,
    });
    return { kind: 'unavailable' };
  }
}
