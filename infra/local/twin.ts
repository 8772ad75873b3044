import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from '../../lib/config/configuration.ts';
import type { VirtualClock } from './clock.ts';
import { openClock } from './clock-store.ts';
import { Closers } from './closers.ts';
import { type Cloud, type DeployedStack, REGION, startCloud } from './cloud.ts';
import type { TwinAddresses } from './console.ts';
import { DataFolder } from './data-folder.ts';
import type { LogObserver } from './lambda/lambda.ts';
import { startRunbooks } from './runbooks.ts';
import { authorizeSample, linkRunbooks, pointAtSimulator } from './sample.ts';
import { synthesizeAside } from './synthesis.ts';
import { startZohoSimulator, type ZohoSimulator } from './zoho/simulator.ts';

/** As the template routes it (infra/cloud/admin-api.ts). */
const CONSOLE_PATH = '/console';

export interface TwinOptions {
  readonly configuration: Configuration;
  /** What synthesises the app that is brought up, as {@link synthesizeAside} has it; this project's own without it. */
  readonly app?: URL;
  /** Where its data lives; in memory without it. */
  readonly data?: DataFolder;
  /** 0, or nothing, takes any free port. */
  readonly apiPort?: number;
  /** How many virtual seconds pass in one real second while no function runs. */
  readonly speed?: number;
  /** Hears each line of a function's log. */
  readonly onLog?: LogObserver;
}

/** The whole system on this machine, with what a test or a person drives it by. */
export interface Twin
  extends TwinAddresses,
    Pick<Cloud, 'journal' | 'iam' | 'bus' | 'secretsManager' | 'kms' | 'lambda' | 'ses'>,
    Pick<DeployedStack, 'outputs' | 'mintAdminToken'> {
  readonly clock: VirtualClock;
  readonly simulator: ZohoSimulator;
  /** Lets the schedules fire; until then nothing happens by itself. */
  startSchedules(): void;
  /** Stops everything, and saves the time. */
  close(): Promise<void>;
}

/**
 * Brings the system up: synthesises the CDK app, provisions its template, and, where no credential is stored yet,
 * authorises the connections against the simulator.
 *
 * @throws {TakenPortError | TemplateError | SynthesisError}
 */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const closers = new Closers();
  try {
    return await openTwin(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function openTwin(options: TwinOptions, closers: Closers): Promise<Twin> {
  const { data = DataFolder.inMemory(), apiPort = 0, speed = 1, onLog = () => {} } = options;
  const { clock, close: closeClock } = openClock(data, speed);
  closers.add(closeClock);
  // Starting up takes real seconds; time runs fast from when the schedules do.
  clock.enter();
  const nowMs = () => clock.nowMs();
  const simulator = await data.ports.start(
    'zoho',
    (port) => closers.keep(startZohoSimulator({ port, nowMs, path: data.path('zoho.json') })),
    ({ origin }) => origin,
  );
  const runbooks = await data.ports.start(
    'runbooks',
    (port) => closers.keep(startRunbooks({ port })),
    ({ origin }) => origin,
  );
  const configuration = linkRunbooks(
    pointAtSimulator(options.configuration, simulator.origin),
    runbooks.origin,
  );
  const outdir = data.path('assembly') ?? mkdtempSync(join(tmpdir(), 'zoho-token-recovery-'));
  closers.add(() => rmSync(outdir, { recursive: true, force: true }));
  const [cloud, { template, assemblyDir }] = await Promise.all([
    closers.keep(startCloud({ clock, data, onLog, apiPort })),
    synthesizeAside(configuration, outdir, options.app),
  ]);
  const { api, inbox, endpoint, journal, iam, bus, secretsManager, kms, lambda, ses } = cloud;
  ses.verify(configuration.alerts.sender);
  const { outputs, adminToken, mintAdminToken, start } = await cloud.deploy(template, assemblyDir);
  await authorizeSample({
    configuration,
    zoho: simulator,
    secretsManager: secretsManager.service,
    api,
    nowMs,
  });
  return {
    api,
    console: `${api}${CONSOLE_PATH}`,
    inbox,
    zoho: simulator.origin,
    runbooks: runbooks.origin,
    aws: { endpoint, region: REGION },
    adminToken,
    mintAdminToken,
    outputs,
    journal,
    iam,
    bus,
    secretsManager,
    kms,
    lambda,
    ses,
    clock,
    simulator,
    startSchedules: () => {
      clock.leave();
      start();
    },
    close: closers.close,
  };
}
