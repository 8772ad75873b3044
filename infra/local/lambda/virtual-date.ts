import { readVirtualMs, type SharedClock } from '../clock.ts';

/**
 * Puts this thread on the virtual clock: `Date.now()`, `new Date()` and `Date()` tell its time. A date made from
 * arguments stays what it is.
 */
export function installVirtualDate(clock: SharedClock): void {
  const RealDate = globalThis.Date;
  const nowMs = () => readVirtualMs(clock, RealDate.now());
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget),
    apply: () => new RealDate(nowMs()).toString(),
    get: (target, key) => (key === 'now' ? nowMs : Reflect.get(target, key)),
  });
  RealDate.prototype.constructor = VirtualDate;
  globalThis.Date = VirtualDate;
}
