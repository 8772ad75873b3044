import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { ConnectionState } from '../domain/connection-state.ts';
import type { FailureClass } from '../domain/failure.ts';
import type { Health } from '../domain/health.ts';
import { MINT_WINDOW_MS } from '../domain/mint-budget.ts';
import { parseStateItem, stateKey } from './state-item.ts';

/**
 * How long a connection belongs to one attempt. Longer than a function may run (so nobody is overtaken while working),
 * and short enough that after a crash the sweep still renews before consumers run dry.
 */
export const LEASE_DURATION_MS = 150_000;

/** DynamoDB's limit of keys in one BatchGetItem. */
const BATCH_GET_KEYS = 100;

/** Who holds a lease on what, and since when. */
export interface LeaseHolder {
  readonly connection: string;
  /** Unique to the attempt. */
  readonly owner: string;
  /** When the attempt began; also the time under which its first mint is reserved. */
  readonly atMs: number;
}

export type AcquireOutcome =
  /** `previous` is the state as it was before, with the lease only if somebody left it behind; null when none was. */
  { kind: 'acquired'; previous: ConnectionState | null } | { kind: 'held' };

/** What an attempt leaves behind when it gives its lease back. */
export type Settlement =
  | {
      kind: 'refreshed';
      generation: number;
      publishedVersionId: string;
      accessTokenExpiresAtMs: number;
      atMs: number;
      nextAttemptAtMs: number;
      deadVersionIds: readonly string[];
    }
  | {
      kind: 'failed';
      failureClass: FailureClass;
      code: string;
      atMs: number;
      consecutiveFailures: number;
      nextAttemptAtMs: number;
      health: Health;
      deadVersionIds: readonly string[];
    }
  | { kind: 'untouched' };

export type SettleOutcome = { kind: 'settled' } | { kind: 'leaseLost' };

/** The state table: one item per connection, each change one conditional write. */
export class StateTable {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
  }

  /**
   * Takes the lease and reserves one mint in the same write, so that a crash between the two cannot spend a mint that
   * nobody counted. A repeated call by the same owner (an SDK's retry) succeeds and reserves nothing more.
   */
  async acquire({ connection, owner, atMs }: LeaseHolder): Promise<AcquireOutcome> {
    const outcome = await this.#update({
      connection,
      update: 'SET leaseOwner = :owner, leaseExpiresAtMs = :expires ADD mintTimesMs :mint',
      condition: 'attribute_not_exists(leaseOwner) OR leaseExpiresAtMs <= :now OR leaseOwner = :owner',
      values: {
        ':owner': owner,
        ':expires': atMs + LEASE_DURATION_MS,
        ':now': atMs,
        ':mint': new Set([atMs]),
      },
    });
    if (outcome.kind === 'conditionFailed') return { kind: 'held' };
    if (!outcome.previous) return { kind: 'acquired', previous: null };
    const previous = parseStateItem(outcome.previous);
    return {
      kind: 'acquired',
      previous: previous.lease?.owner === owner ? { ...previous, lease: null } : previous,
    };
  }

  /** Reserves one more mint under a lease that is held. */
  async reserveMint({ connection, owner }: LeaseHolder, atMs: number): Promise<SettleOutcome> {
    const outcome = await this.#update({
      connection,
      update: 'ADD mintTimesMs :mint',
      condition: 'leaseOwner = :owner',
      values: { ':owner': owner, ':mint': new Set([atMs]) },
    });
    return outcome.kind === 'conditionFailed' ? { kind: 'leaseLost' } : { kind: 'settled' };
  }

  /**
   * Records what became of an attempt and gives the lease back, in one write. One whose lease ran out and went to
   * somebody else changes nothing.
   *
   * @param unusedMint whether the mint that `acquire` reserved was not made, and is given back too
   * @param mintTimesMs the mints known from before, of which those that no longer count are dropped
   */
  async settle(
    { connection, owner, atMs }: LeaseHolder,
    settlement: Settlement,
    { unusedMint, mintTimesMs }: { unusedMint: boolean; mintTimesMs: readonly number[] },
  ): Promise<SettleOutcome> {
    const { set, remove, values } = settlementExpression(settlement);
    const dropped = mintTimesMs.filter((mintAtMs) => mintAtMs <= atMs - MINT_WINDOW_MS);
    if (unusedMint) dropped.push(atMs);
    const clauses = [
      set.length > 0 ? `SET ${set.join(', ')}` : '',
      `REMOVE ${['leaseOwner', 'leaseExpiresAtMs', ...remove].join(', ')}`,
      dropped.length > 0 ? 'DELETE mintTimesMs :dropped' : '',
    ];
    const outcome = await this.#update({
      connection,
      update: clauses.join(' '),
      condition: 'leaseOwner = :owner',
      values: { ...values, ':owner': owner, ...(dropped.length > 0 ? { ':dropped': new Set(dropped) } : {}) },
    });
    return outcome.kind === 'conditionFailed' ? { kind: 'leaseLost' } : { kind: 'settled' };
  }

  /**
   * Reads the state of many connections: one call per 100.
   *
   * @returns a state per connection that has one
   */
  async readAll(connections: readonly string[]): Promise<Map<string, ConnectionState>> {
    const states = new Map<string, ConnectionState>();
    for (let start = 0; start < connections.length; start += BATCH_GET_KEYS) {
      const keys = connections.slice(start, start + BATCH_GET_KEYS).map(stateKey);
      for (const item of await this.#batchGet(keys)) {
        const state = parseStateItem(item);
        states.set(state.connection, state);
      }
    }
    return states;
  }

  async #batchGet(keys: readonly Record<string, unknown>[]): Promise<unknown[]> {
    const items: unknown[] = [];
    let request: BatchGetCommandInput['RequestItems'] = { [this.#tableName]: { Keys: [...keys] } };
    // DynamoDB may answer a part and hand the rest back.
    while (request && Object.keys(request).length > 0) {
      const answer: BatchGetCommandOutput = await this.#dynamodb.send(
        new BatchGetCommand({ RequestItems: request }),
      );
      items.push(...(answer.Responses?.[this.#tableName] ?? []));
      request = answer.UnprocessedKeys;
    }
    return items;
  }

  async #update(change: {
    connection: string;
    update: string;
    condition: string;
    values: Record<string, unknown>;
  }): Promise<{ kind: 'updated'; previous: unknown } | { kind: 'conditionFailed' }> {
    try {
      const { Attributes } = await this.#dynamodb.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: stateKey(change.connection),
          UpdateExpression: change.update,
          ConditionExpression: change.condition,
          ExpressionAttributeValues: change.values,
          ReturnValues: 'ALL_OLD',
        }),
      );
      return { kind: 'updated', previous: Attributes };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { kind: 'conditionFailed' };
      throw error;
    }
  }
}

interface SettlementExpression {
  set: string[];
  remove: string[];
  values: Record<string, unknown>;
}

function settlementExpression(settlement: Settlement): SettlementExpression {
  switch (settlement.kind) {
    case 'refreshed': {
      const deadVersions = deadVersionsExpression(settlement.deadVersionIds);
      return {
        set: [
          'generation = :generation',
          'publishedVersionId = :version',
          'accessTokenExpiresAtMs = :expires',
          'lastSuccessAtMs = :at',
          'nextAttemptAtMs = :next',
          'consecutiveFailures = :none',
          'health = :healthy',
          ...deadVersions.set,
        ],
        remove: deadVersions.remove,
        values: {
          ':generation': settlement.generation,
          ':version': settlement.publishedVersionId,
          ':expires': settlement.accessTokenExpiresAtMs,
          ':at': settlement.atMs,
          ':next': settlement.nextAttemptAtMs,
          ':none': 0,
          ':healthy': 'healthy',
          ...deadVersions.values,
        },
      };
    }
    case 'failed': {
      const deadVersions = deadVersionsExpression(settlement.deadVersionIds);
      return {
        set: [
          'lastFailureAtMs = :at',
          'lastFailureClass = :class',
          'lastFailureCode = :code',
          'consecutiveFailures = :failures',
          'nextAttemptAtMs = :next',
          'health = :health',
          ...deadVersions.set,
        ],
        remove: deadVersions.remove,
        values: {
          ':at': settlement.atMs,
          ':class': settlement.failureClass,
          ':code': settlement.code,
          ':failures': settlement.consecutiveFailures,
          ':next': settlement.nextAttemptAtMs,
          ':health': settlement.health,
          ...deadVersions.values,
        },
      };
    }
    case 'untouched':
      return { set: [], remove: [], values: {} };
  }
}

/** DynamoDB knows no empty set: none is a missing attribute. */
function deadVersionsExpression(versionIds: readonly string[]): SettlementExpression {
  return versionIds.length > 0
    ? { set: ['deadVersionIds = :dead'], remove: [], values: { ':dead': new Set(versionIds) } }
    : { set: [], remove: ['deadVersionIds'], values: {} };
}
