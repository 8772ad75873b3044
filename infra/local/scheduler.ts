import { randomUUID } from 'node:crypto';
import type { VirtualClock, VirtualTimer } from './clock.ts';

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** A rule that fires at a rate. */
export interface ScheduledRule {
  readonly arn: string;
  readonly periodMs: number;
  readonly isEnabled: boolean;
  readonly targets: readonly {
    readonly functionName: string;
    /** The constant input; null gives the target the event itself. */
    readonly input: unknown;
  }[];
}

/**
 * The period of a `rate(…)` expression.
 *
 * @returns null for anything else
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseRateMs(expression: string): number | null {
  const match = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression);
  if (!match) return null;
  const count = Number(match[1]);
  const isPlural = match[3] === 's';
  if (isPlural !== count > 1) return null;
  return count * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

export interface SchedulerOptions {
  readonly clock: VirtualClock;
  readonly account: { readonly accountId: string; readonly region: string };
  readonly invoke: (functionName: string, event: unknown) => void;
}

/**
 * Fires rules on the virtual clock.
 *
 * A rule fires one period after the start, and then every period, as EventBridge counts from the rule's creation. The
 * exception is a rule of one minute, the shortest rate there is, which fires at once: EventBridge does not say where in
 * the minute it fires, and a person who starts the twin should not have to wait for it.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #timers = new Map<ScheduledRule, VirtualTimer>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  start(rules: readonly ScheduledRule[]): void {
    const nowMs = this.#options.clock.nowMs();
    for (const rule of rules.filter(({ isEnabled }) => isEnabled)) {
      const firstMs = nowMs + (rule.periodMs <= UNIT_MS.minute ? 0 : rule.periodMs);
      this.#schedule(rule, firstMs);
    }
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #schedule(rule: ScheduledRule, dueMs: number): void {
    const { clock } = this.#options;
    const timer = clock.setTimeout(() => this.#fire(rule, dueMs), dueMs - clock.nowMs());
    this.#timers.set(rule, timer);
  }

  #fire(rule: ScheduledRule, dueMs: number): void {
    const { clock, account, invoke } = this.#options;
    // Ticks that a skip of time has passed over are not made up for; EventBridge does not either.
    const missedPeriods = Math.floor(Math.max(0, clock.nowMs() - dueMs) / rule.periodMs);
    this.#schedule(rule, dueMs + (missedPeriods + 1) * rule.periodMs);
    for (const { functionName, input } of rule.targets) {
      invoke(functionName, input ?? scheduledEvent(rule, dueMs, account));
    }
  }
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent(rule: ScheduledRule, atMs: number, account: SchedulerOptions['account']): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: account.accountId,
    time: `${new Date(atMs).toISOString().slice(0, -5)}Z`,
    region: account.region,
    resources: [rule.arn],
    detail: {},
  };
}
