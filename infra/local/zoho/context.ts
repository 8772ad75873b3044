import type { FaultList } from './faults.ts';
import type { MintJournal } from './journal.ts';
import type { ZohoSettings } from './settings.ts';
import type { DataCenterCode, ZohoState } from './state.ts';

/** What every part of one simulator shares. */
export interface SimulatorContext {
  readonly settings: ZohoSettings;
  readonly state: ZohoState;
  readonly faults: FaultList;
  readonly journal: MintJournal;
  /** Each open data centre's origin: accounts server, API domain, Desk and Mail in one. */
  readonly origins: Map<DataCenterCode, string>;
  /** The virtual clock, in milliseconds since the epoch. */
  readonly nowMs: () => number;
}
