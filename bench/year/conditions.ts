import { HOWS, type How, SERVICES, type Service } from './fault-model.ts';
import type { Trace } from './trace.ts';

/** How every service does, minute by minute. */
export interface Conditions {
  /** How a service fails in a minute; null while it works. */
  at(service: Service, minute: number): How | null;
}

/** Where spells of one service overlap, the later one counts. */
export function conditionsOf({ minutes, spells }: Pick<Trace, 'minutes' | 'spells'>): Conditions {
  const table = new Map(SERVICES.map((service) => [service, new Uint8Array(minutes)]));
  for (const { service, how, fromMinute, minutes: length } of spells) {
    table.get(service)?.fill(1 + HOWS.indexOf(how), fromMinute, fromMinute + length);
  }
  return { at: (service, minute) => HOWS[(table.get(service)?.[minute] ?? 0) - 1] ?? null };
}
