import * as z from 'zod';
import { VirtualClock } from './clock.ts';
import type { DataFolder } from './data-folder.ts';
import { JsonStore } from './json-store.ts';

const SAVE_EVERY_MS = 3_000;
const clockSchema = z.object({ virtualMs: z.number() });

/** A virtual clock that goes on after a restart from where it stopped, or from real time if that is later. */
export function openClock(data: DataFolder, speed: number): { clock: VirtualClock; close: () => void } {
  const store = new JsonStore(data.path('clock.json'), clockSchema, { virtualMs: 0 });
  const clock = new VirtualClock({ speed, notBeforeMs: store.value.virtualMs });
  const save = () => store.save({ virtualMs: clock.nowMs() });
  const timer = setInterval(save, SAVE_EVERY_MS).unref();
  return {
    clock,
    close: () => {
      clearInterval(timer);
      clock.stop();
      save();
    },
  };
}
