import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from '../aws/batch-get.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { mintsInWindow } from '../domain/mint-budget.ts';
import { type Settlement, type SettlementNotes, settlementClauses } from './settlement.ts';
import { parseStateItem, stateKey } from './state-item.ts';

/**
 * How long a connection belongs to one attempt. Longer than a function may run (so nobody is overtaken while working),
 * and short enough that after a crash the sweep still renews before consumers run dry.
 */
export const LEASE_DURATION_MS = 150_000;

const FREE_LEASE =
  'attribute_not_exists(leaseOwner) OR NOT attribute_type(leaseExpiresAtMs, :number) OR leaseExpiresAtMs <= :now OR leaseExpiresAtMs > :latest';

/** Who holds a lease on what, and since when. */
export interface LeaseHolder {
  readonly connection: string;
  /** Unique to the attempt. */
  readonly owner: string;
  /** When the attempt began; also the time under which its first mint is reserved. */
  readonly atMs: number;
}

export type AcquireOutcome =
  /** `previous` is the state as it was, with the lease only if somebody may have left it behind; null when none was. */
  { kind: 'acquired'; previous: ConnectionState | null } | { kind: 'held' };

export type SettleOutcome = { kind: 'settled' } | { kind: 'leaseLost' };

/** What an attempt made of its mints. */
export interface MintReport {
  readonly unusedMint: boolean;
  readonly mintTimesMs: readonly number[];
}

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
   * nobody counted. A repeated call by the same owner (an SDK's retry) succeeds and reserves nothing more; what stood there
   * before the first call is not known then, so it is taken for what a crash left behind. A lease that has no end, or one
   * far away, was written by nobody who holds it: it stops no one.
   */
  async acquire({ connection, owner, atMs }: LeaseHolder): Promise<AcquireOutcome> {
    const lease = {
      connection,
      update: 'SET leaseOwner = :owner, leaseExpiresAtMs = :expires ADD mintTimesMs :mint',
      condition: `${FREE_LEASE} OR leaseOwner = :owner`,
      values: {
        ':owner': owner,
        ':expires': atMs + LEASE_DURATION_MS,
        ':now': atMs,
        ':latest': atMs + 2 * LEASE_DURATION_MS,
        ':number': 'N',
        ':mint': new Set([atMs]),
      },
    };
    const outcome = await this.#update(lease).catch(async (error: unknown) => {
      if (awsErrorName(error) !== 'ValidationException') throw error;
      await this.#forgetMintTimes(connection);
      return this.#update(lease);
    });
    if (outcome.kind === 'conditionFailed') return { kind: 'held' };
    if (!outcome.previous) return { kind: 'acquired', previous: null };
    const previous = parseStateItem(outcome.previous);
    return {
      kind: 'acquired',
      previous:
        previous.lease?.owner === owner ? { ...previous, lease: { owner, expiresAtMs: atMs } } : previous,
    };
  }

  /** What should be a set of numbers is something else, to which nothing can be added. */
  async #forgetMintTimes(connection: string): Promise<void> {
    await this.#dynamodb.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: stateKey(connection),
        UpdateExpression: 'REMOVE mintTimesMs',
      }),
    );
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
   * @param mints.unusedMint whether the mint that `acquire` reserved was not made, and is given back too
   * @param mints.mintTimesMs the mints known from before, of which those that no longer count are dropped
   */
  async settle(
    { connection, owner, atMs }: LeaseHolder,
    settlement: Settlement,
    notes: SettlementNotes,
    { unusedMint, mintTimesMs }: MintReport,
  ): Promise<SettleOutcome> {
    const { set, remove, add, values } = settlementClauses(settlement, notes);
    const counting = new Set(mintsInWindow(mintTimesMs, atMs));
    const dropped = mintTimesMs.filter((mintAtMs) => !counting.has(mintAtMs));
    if (unusedMint) dropped.push(atMs);
    const clauses = [
      set.length > 0 ? `SET ${set.join(', ')}` : '',
      `REMOVE ${['leaseOwner', 'leaseExpiresAtMs', ...remove].join(', ')}`,
      add.length > 0 ? `ADD ${add.join(', ')}` : '',
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
   * Notes that a credential was left staged by somebody who did not get the lease. Whoever holds it now does not know of
   * it, and leaves the note standing; the next sweep finds it.
   */
  async noteStaged(connection: string, atMs: number): Promise<void> {
    await this.#dynamodb.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: stateKey(connection),
        UpdateExpression: 'SET stagedAtMs = :at',
        ExpressionAttributeValues: { ':at': atMs },
      }),
    );
  }

  /**
   * Has the next sweep refresh a connection, because what it published is of no use. One that fails is tried again at its
   * own time.
   */
  async makeDue(connection: string, atMs: number): Promise<void> {
    await this.#update({
      connection,
      update: 'SET nextAttemptAtMs = :at',
      condition: 'attribute_exists(generation) AND consecutiveFailures = :none',
      values: { ':at': atMs, ':none': 0 },
    });
  }

  /** Notes that the audit chain has grown without a lease, so that whoever follows it looks there. */
  async noteAuditHead(connection: string, head: { sequence: number; hash: string }): Promise<void> {
    await this.#update({
      connection,
      update: 'SET auditSequence = :sequence, auditHash = :hash',
      condition:
        'attribute_not_exists(auditSequence) OR NOT attribute_type(auditSequence, :number) OR auditSequence < :sequence',
      values: { ':sequence': head.sequence, ':hash': head.hash, ':number': 'N' },
    });
  }

  /** Reads the state of one connection as it is at this moment; null when nothing is known. */
  async read(connection: string): Promise<ConnectionState | null> {
    const { Item } = await this.#dynamodb.send(
      new GetCommand({ TableName: this.#tableName, Key: stateKey(connection), ConsistentRead: true }),
    );
    return Item ? parseStateItem(Item) : null;
  }

  /**
   * Reads the state of many connections: one call per 100.
   *
   * @returns a state per connection that has one
   */
  async readAll(connections: readonly string[]): Promise<Map<string, ConnectionState>> {
    const states = new Map<string, ConnectionState>();
    for (const item of await batchGet(this.#dynamodb, this.#tableName, connections.map(stateKey))) {
      const state = parseStateItem(item);
      states.set(state.connection, state);
    }
    return states;
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
