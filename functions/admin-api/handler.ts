import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { createDynamoDBClient } from '../../lib/aws/clients.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { StateTable } from '../../lib/guards/state-table.ts';
import { answerFaults } from '../../lib/http/answer-faults.ts';
import { requireAdmin } from '../../lib/http/require-admin.ts';
import { json } from '../../lib/http/response.ts';
import { reportStatus } from '../../lib/workflows/report-status.ts';

const logger = new Logger();
const { stateTableName, configuration } = readEnvironment(process.env);
const deps = { state: new StateTable(createDynamoDBClient(), stateTableName), nowMs: Date.now };

/** `GET /api/zoho/status`: how every connection is doing. */
export const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
  .use(injectLambdaContext(logger))
  .use(answerFaults(logger))
  .use(requireAdmin())
  .handler(async () => json(200, { connections: await reportStatus(deps, configuration.connections) }));
