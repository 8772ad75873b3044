import { CreateKeyCommand } from '@aws-sdk/client-kms';
import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  NotFoundException,
  SESv2Client,
  type SESv2ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-sesv2';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import type { Connection } from '../../lib/config/configuration.ts';
import type { Check, CheckName, CheckTrigger, HealthReport } from '../../lib/domain/health-report.ts';
import { anchorAudit } from '../../lib/workflows/anchor-audit.ts';
import { checkHealth } from '../../lib/workflows/check-health.ts';
import type { CheckNowDependencies } from '../../lib/workflows/check-health-now.ts';
import { refreshConnection } from '../../lib/workflows/refresh.ts';
import { ALERTS } from './builders.ts';
import type { Keeper } from './keeper.ts';

type Ses = AwsStub<ServiceInputTypes, ServiceOutputTypes, SESv2ClientResolvedConfig>;

/** An SES that sends from and to everybody, until a test says otherwise. */
export function scriptSes(): { client: SESv2Client; ses: Ses; mend: () => void } {
  const client = new SESv2Client({ region: 'eu-central-1' });
  const ses: Ses = mockClient(client);
  const mend = () => {
    ses.reset();
    ses.on(GetAccountCommand).resolves({ SendingEnabled: true, ProductionAccessEnabled: true });
    ses.on(GetEmailIdentityCommand).resolves({ VerifiedForSendingStatus: true });
    ses.on(GetSuppressedDestinationCommand).rejects(notFound());
  };
  mend();
  return { client, ses, mend };
}

export function notFound(): NotFoundException {
  return new NotFoundException({ message: 'no', $metadata: { httpStatusCode: 404 } });
}

export interface Checkup {
  readonly ses: Ses;
  /** Everything that a test has told SES is forgotten. */
  mendSes(): void;
  readonly auditKeyId: string;
  deps(replaced?: Partial<CheckNowDependencies>): CheckNowDependencies;
  /** A connection that runs, and whose audit is sealed. */
  connectHealthy(differing?: Partial<Connection>): Promise<Connection>;
  /** Checks connections, as if they were all that there are; answers a report for each. */
  check(
    connections: readonly Connection[],
    options?: { trigger?: CheckTrigger; replaced?: Partial<CheckNowDependencies> },
  ): Promise<HealthReport[]>;
  /** As {@link check}, for one connection. */
  checkOne(connection: Connection, trigger?: CheckTrigger): Promise<HealthReport>;
}

/** What a health check needs besides the workflows' surroundings. */
export async function openCheckup(keeper: Keeper): Promise<Checkup> {
  const { client, ses, mend: mendSes } = scriptSes();
  const key = await keeper.kms.send(
    new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
  );
  const auditKeyId = key.KeyMetadata?.Arn ?? '';
  const deps: Checkup['deps'] = (replaced = {}) => ({
    ...keeper.deps(),
    ses: client,
    alerts: ALERTS,
    auditKeyIds: [auditKeyId],
    ...replaced,
  });
  const checkup: Checkup = {
    ses,
    mendSes,
    auditKeyId,
    deps,
    async connectHealthy(differing) {
      const connection = await keeper.connect(differing);
      await refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
      const { nowMs, newId, audit, kms } = keeper.deps();
      await anchorAudit({ nowMs, newId, audit, kms, keyId: auditKeyId }, [connection.id], 'test');
      return connection;
    },
    async check(connections, { trigger = 'schedule', replaced } = {}) {
      const outcomes = await checkHealth(deps({ connections, ...replaced }), connections, {
        trigger,
        requester: {
          actor: { kind: 'schedule', id: 'health-check', name: null },
          sourceAddress: null,
          requestId: 'test',
        },
        remainingMs: () => 120_000,
      });
      return outcomes.flatMap((outcome) => (outcome.kind === 'checked' ? outcome.report : []));
    },
    async checkOne(connection, trigger) {
      const [report] = await checkup.check([connection], trigger && { trigger });
      if (!report) throw new Error('no report');
      return report;
    },
  };
  return checkup;
}

export function checkOf({ checks }: HealthReport, name: CheckName): Check {
  const found = checks.find((check) => check.name === name);
  if (!found) throw new Error(`no check ${name}`);
  return found;
}

/** The names of the checks that are not ok, each with its status. */
export function findingsOf({ checks }: HealthReport): Partial<Record<CheckName, string>> {
  return Object.fromEntries(
    checks.filter(({ status }) => status !== 'ok').map(({ name, status }) => [name, status]),
  );
}
