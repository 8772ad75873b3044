import '../interpret-schemas.ts';
import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { AuditTable } from '../../lib/audit/audit-table.ts';
import { createDynamoDBClient, createKmsClient } from '../../lib/aws/clients.ts';
import { readAuditKeyId, readEnvironment } from '../../lib/config/environment.ts';
import { UNATTRIBUTED } from '../../lib/domain/audit-entry.ts';
import { logAnchors } from '../../lib/logging/anchor-log.ts';
import { anchorAudit, assertAnchored } from '../../lib/workflows/anchor-audit.ts';

const logger = new Logger();
const { configuration, auditTableName } = readEnvironment(process.env);
const chains = [...configuration.connections.map(({ id }) => id), UNATTRIBUTED];
const deps = {
  nowMs: Date.now,
  newId: randomUUID,
  audit: new AuditTable(createDynamoDBClient(), auditTableName),
  kms: createKmsClient(),
  keyId: readAuditKeyId(process.env),
};

/** Once a day: seals the audit chain of every connection. Doubled, it finds them sealed already. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event: unknown, { awsRequestId }: Context): Promise<void> => {
    const outcomes = await anchorAudit(deps, chains, awsRequestId);
    logAnchors(logger, outcomes);
    assertAnchored(outcomes);
  });
