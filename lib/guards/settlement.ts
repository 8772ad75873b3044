import type { FailureClass } from '../domain/failure.ts';
import type { Health } from '../domain/health.ts';

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
      hasStagedCredential: boolean;
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

/** The clauses of an update expression, and their values. */
interface SettlementExpression {
  set: string[];
  remove: string[];
  values: Record<string, unknown>;
}

/** What a settlement changes of the connection's item. */
export function settlementExpression(settlement: Settlement): SettlementExpression {
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
          'hasStagedCredential = :staged',
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
          ':staged': settlement.hasStagedCredential,
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
