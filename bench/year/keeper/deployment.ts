import { randomUUID } from 'node:crypto';
import { AlertTable } from '../../../lib/alerts/alert-table.ts';
import { alertsSchema } from '../../../lib/config/alerts-configuration.ts';
import type { MessageKind } from '../../../lib/domain/alert.ts';
import { HealthReportLog } from '../../../lib/health-reports/health-report-log.ts';
import type { AdminDependencies } from '../../../lib/workflows/admin-operation.ts';
import type { AlertDependencies } from '../../../lib/workflows/alert-dependencies.ts';
import { anchorAudit } from '../../../lib/workflows/anchor-audit.ts';
import { checkHealth } from '../../../lib/workflows/check-health.ts';
import type { HealthCheckDependencies } from '../../../lib/workflows/measurements/context.ts';
import { sweepAlerts } from '../../../lib/workflows/sweep-alerts.ts';
import { STATE_TABLE_NAME } from '../../../test/support/dynamodb.ts';
import { type ActOutcome, reauthorize, sweep, tick } from '../../../test/support/faults/acts.ts';
import type { Passage } from '../../../test/support/faults/journey.ts';
import { thinClients } from '../../../test/support/faults/thin-clients.ts';
import type { World } from '../../../test/support/faults/world.ts';
import type { Crash } from '../trace.ts';
import { mortal, TIME_LIMIT_MS } from './invocation.ts';
import type { Post } from './post.ts';

/** As long as the functions wait for somebody else’s lease (functions/container.ts). */
const LEASE_PATIENCE_MS = 5_000;

const SETTINGS = alertsSchema.parse({
  sender: 'keeper@company.example',
  recipients: { default: ['team@company.example'], critical: ['on-call@company.example'] },
});

const RUN = { requestId: 'year', remainingMs: () => TIME_LIMIT_MS };

/** This system’s functions, with its real workflows, in one world. */
export interface Deployment {
  /** @param crash how the process dies; null for a run that nothing but its time limit cuts off */
  tick(crash: Crash | null): Promise<ActOutcome>;
  sweep(crash: Crash | null): Promise<ActOutcome>;
  /** The kinds of e-mails that were sent; with the state table out of reach, none. */
  alerts(): Promise<readonly MessageKind[]>;
  /** Seals the audit; once a day. */
  anchor(): Promise<void>;
  /** Once a day. */
  checkHealth(): Promise<void>;
  /** The person on call follows the link of an alert. */
  reauthorize(): Promise<ActOutcome>;
}

export async function deploy(world: World, post: Post): Promise<Deployment> {
  const { connection, aws, passage } = world;
  const { dynamodb } = thinClients(aws, passage);
  const auditKeyId = await createAuditKey(world);
  const wired = (invocationPassage?: Passage): AdminDependencies => ({
    ...world.deps(invocationPassage),
    leasePatienceMs: LEASE_PATIENCE_MS,
  });
  const untilItEnds = async (
    act: (deps: AdminDependencies) => Promise<ActOutcome>,
    crash: Crash | null,
  ): Promise<ActOutcome> => {
    const { passage: own, death } = mortal(crash, world.nowMs);
    return Promise.race([
      act(wired(own)),
      death.then((): ActOutcome => ({ kind: 'failed', detail: 'the process died' })),
    ]);
  };
  const base = wired();
  const reports = new HealthReportLog(dynamodb, STATE_TABLE_NAME);
  const alertDeps: AlertDependencies = {
    ...base,
    newId: randomUUID,
    alerts: new AlertTable(dynamodb, STATE_TABLE_NAME),
    reports,
    ses: post.ses,
    settings: SETTINGS,
    apiUrl: 'https://api.company.example/prod',
  };
  const healthDeps = (): HealthCheckDependencies => ({
    ...wired(),
    healthReports: reports,
    ses: post.sesV2,
    alerts: SETTINGS,
    auditKeyIds: [auditKeyId],
  });
  return {
    tick: (crash) => untilItEnds((deps) => tick(world, deps), crash),
    sweep: (crash) => untilItEnds((deps) => sweep(world, deps), crash),
    alerts: () =>
      sweepAlerts(alertDeps, [connection], RUN).then(
        ({ delivery }) => delivery.sent.map(({ kind }) => kind),
        () => [],
      ),
    async anchor() {
      const { nowMs, newId, audit, kms } = base;
      await anchorAudit({ nowMs, newId, audit, kms, keyId: auditKeyId }, [connection.id], RUN.requestId);
    },
    async checkHealth() {
      await checkHealth(healthDeps(), [connection], {
        trigger: 'schedule',
        requester: {
          actor: { kind: 'schedule', id: 'health-check', name: null },
          sourceAddress: null,
          requestId: RUN.requestId,
        },
        remainingMs: RUN.remainingMs,
      });
    },
    reauthorize: () => reauthorize(world, wired()),
  };
}

async function createAuditKey({ aws }: World): Promise<string> {
  const input = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' };
  const created = await aws.TrentService({ operation: 'CreateKey', input, principal: 'operator' });
  return (created as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
}
