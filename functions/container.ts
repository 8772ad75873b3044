import { randomUUID } from 'node:crypto';
import { createDynamoDBClient, createSecretsManagerClient } from '../lib/aws/clients.ts';
import type { Connection } from '../lib/config/configuration.ts';
import { readEnvironment } from '../lib/config/environment.ts';
import { StateTable } from '../lib/guards/state-table.ts';
import { createClientReader } from '../lib/vault/client-secret.ts';
import type { RefreshDependencies } from '../lib/workflows/dependencies.ts';
import { createZohoHttp } from '../lib/zoho/http.ts';

/** What the functions that refresh are wired from, made once per cold start. */
export interface RefreshContainer {
  readonly connections: readonly Connection[];
  /** The dependencies of one invocation: nothing that was read in an earlier one is taken for current. */
  readonly forInvocation: () => RefreshDependencies;
}

export function createRefreshContainer(env: NodeJS.ProcessEnv): RefreshContainer {
  const { stateTableName, configuration } = readEnvironment(env);
  const secretsManager = createSecretsManagerClient();
  const state = new StateTable(createDynamoDBClient(), stateTableName);
  const zoho = createZohoHttp();
  return {
    connections: configuration.connections,
    forInvocation: () => ({
      nowMs: Date.now,
      newId: randomUUID,
      random: Math.random,
      state,
      secretsManager,
      readClient: createClientReader(secretsManager),
      zoho,
    }),
  };
}
