import type { MessageKind } from '../../../lib/domain/alert.ts';
import type { ConnectionState } from '../../../lib/domain/connection-state.ts';
import { decideDue, isBackupCheckDue, isRevocationDue } from '../../../lib/domain/schedule.ts';
import { accessTokenSecretName, credentialSecretName } from '../../../lib/vault/secret-names.ts';
import { nextTickAtMs } from '../../../test/support/faults/ticks.ts';
import type { World } from '../../../test/support/faults/world.ts';
import type { Service } from '../fault-model.ts';
import { type Crash, DAY_MINUTES } from '../trace.ts';
import type { Deployment } from './deployment.ts';

/** Lambda repeats an asynchronous invocation twice. */
const REPEATS = 2;
/** In which minute of the day the health is checked, and the audit sealed. */
const DAILY_AT_MINUTE = 5 * 60 + 7;

/** What the schedules run on. */
export interface Ground {
  isUp(service: Service): boolean;
  /** Whether the run that begins now dies. */
  crash(): Crash | null;
  /** Runs what would find nothing to do as well. */
  readonly leavesNothingOut?: boolean;
}

/**
 * The stack's schedules: the 50-minute tick, and each minute the sweep and the look for alerts. A sweep or a look that
 * would find nothing to do is left out, by the same decisions that it would begin with.
 */
export class Schedules {
  readonly #world: World;
  readonly #deployment: Deployment;
  readonly #ground: Ground;
  #nextTickAtMs: number;
  #repeats = 0;
  /** As it was after the last run; undefined when somebody may have changed it since. */
  #state: ConnectionState | null | undefined;
  #isQuiet = false;

  constructor(world: World, deployment: Deployment, ground: Ground) {
    this.#world = world;
    this.#deployment = deployment;
    this.#ground = ground;
    this.#nextTickAtMs = world.nowMs();
  }

  /** @returns the kinds of e-mails that were sent */
  async run(minute: number): Promise<readonly MessageKind[]> {
    const { isUp } = this.#ground;
    const isTime = this.#world.nowMs() >= this.#nextTickAtMs;
    if (isTime) this.#nextTickAtMs = nextTickAtMs(this.#world.nowMs());
    if (!isUp('compute')) return [];
    const isStarted = isUp('schedules');
    if (await this.#refresh(isTime && isStarted, isStarted)) this.#state = undefined;
    if (!isStarted) return [];
    if (minute % DAY_MINUTES === DAILY_AT_MINUTE) {
      await this.#deployment.anchor();
      await this.#deployment.checkHealth();
      this.changed();
    }
    return (await this.#isThereNews()) ? this.#deployment.alerts() : [];
  }

  /** Whether the last look for alerts found it well. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Somebody else has changed something. */
  changed(): void {
    this.#state = undefined;
    this.#isQuiet = false;
  }

  async #refresh(isTick: boolean, isStarted: boolean): Promise<boolean> {
    if (isTick || this.#repeats > 0) {
      const left = isTick ? REPEATS : this.#repeats - 1;
      const { kind } = await this.#deployment.tick(this.#ground.crash());
      this.#repeats = kind === 'failed' ? left : 0;
      return true;
    }
    if (!isStarted || !(this.#ground.leavesNothingOut || (await this.#isSweepDue()))) return false;
    await this.#deployment.sweep(this.#ground.crash());
    return true;
  }

  async #isSweepDue(): Promise<boolean> {
    const { vault, connection, nowMs } = this.#world;
    const secrets = [credentialSecretName(connection.id), accessTokenSecretName(connection.id)];
    if (secrets.some((secretId) => vault.isLost(secretId))) return true;
    const state = await this.#read();
    return (
      decideDue(state, 'sweep', nowMs()).kind === 'due' ||
      isBackupCheckDue(state, nowMs()) ||
      isRevocationDue(state, nowMs())
    );
  }

  /** Once more after it has become well, and then not before it is unwell again. */
  async #isThereNews(): Promise<boolean> {
    const state = await this.#read();
    const wasQuiet = this.#isQuiet;
    this.#isQuiet = state?.consecutiveFailures === 0 && state.incidentId === null && state.lease === null;
    return this.#ground.leavesNothingOut || !(wasQuiet && this.#isQuiet);
  }

  async #read(): Promise<ConnectionState | null> {
    const { state, connection } = this.#world;
    if (this.#state === undefined) this.#state = await state.read(connection.id);
    return this.#state;
  }
}
