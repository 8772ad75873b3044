import type { SimulatorContext } from './context.ts';
import { FaultList } from './faults.ts';
import { type MintEntry, MintJournal } from './journal.ts';
import { createOperations, type Operations } from './operations.ts';
import { type DataCenterServer, openDataCenterServer } from './server.ts';
import { settingsSchema, type ZohoSettings } from './settings.ts';
import { type DataCenterCode, ZohoState } from './state.ts';

export interface ZohoSimulatorOptions {
  /** The port of the first data centre; any free one without it. */
  readonly port?: number;
  /** The virtual clock, in milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** The file that users, clients and tokens live in, so that they survive a restart; null for memory only. */
  readonly path?: string | null;
  readonly settings?: Partial<ZohoSettings>;
  /** Which data centre the first port plays; `us` without it. */
  readonly dataCenter?: DataCenterCode;
}

/** A running Zoho. Its operations do in process what `/_control` does over HTTP. */
export interface ZohoSimulator extends Operations {
  /** The first data centre: accounts server, API domain, Desk and Mail in one origin. */
  readonly origin: string;
  /** May be changed at any time; each request reads it anew. */
  readonly settings: ZohoSettings;
  /** The last token requests, oldest first; grows while the simulator runs. */
  readonly journal: readonly MintEntry[];
  /** Opens another data centre, with the same state, on a port of its own; resolves to its origin. */
  openDataCenter(dataCenter: DataCenterCode, port?: number): Promise<string>;
  /** Stops all data centres and cuts their connections. */
  close(): Promise<void>;
}

/**
 * Starts a Zoho on 127.0.0.1: accounts server, consent page, probes of the products, control API under `/_control` and
 * a start page at `/`.
 *
 * @throws if the port is taken, the settings are wrong or the file at `path` cannot be read
 */
export async function startZohoSimulator(options: ZohoSimulatorOptions): Promise<ZohoSimulator> {
  const { port = 0, nowMs, path = null, dataCenter = 'us' } = options;
  const settings = settingsSchema.parse(options.settings ?? {});
  const context: SimulatorContext = {
    settings,
    state: new ZohoState(path),
    faults: new FaultList(),
    journal: new MintJournal(),
    origins: new Map(),
    nowMs,
  };
  const operations = createOperations(context, { homeDataCenter: dataCenter, settings: { ...settings } });
  const servers: DataCenterServer[] = [];
  const open = async (code: DataCenterCode, wanted: number) => {
    const server = await openDataCenterServer(context, operations, code, wanted);
    servers.push(server);
    return server.origin;
  };
  return {
    ...operations,
    origin: await open(dataCenter, port),
    settings,
    journal: context.journal.entries,
    openDataCenter: (code, wanted = 0) => open(code, wanted),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
