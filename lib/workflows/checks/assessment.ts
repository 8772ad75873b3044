import type { Failure } from '../../domain/failure.ts';
import { type Check, NOT_MEASURED } from '../../domain/health-report.ts';

/** What a check comes to; its name and its limit are the same whatever it comes to. */
export type Assessment = Omit<Check, 'name' | 'limit'>;

export function ok(value: string, detail: string): Assessment {
  return { status: 'ok', value, detail, remedy: null };
}

export function warn(value: string, detail: string, remedy: string): Assessment {
  return { status: 'warn', value, detail, remedy };
}

export function fail(value: string, detail: string, remedy: string): Assessment {
  return { status: 'fail', value, detail, remedy };
}

/** What could not be measured. */
export function unmeasured(status: 'warn' | 'fail', { detail, remedy }: Failure): Assessment {
  return { status, value: NOT_MEASURED, detail, remedy };
}

/** Such as `1 minute` or `29 refreshes`. */
export function count(number: number, thing: string, things = `${thing}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? thing : things}`;
}

export const CHECK_AGAIN = 'Then POST /api/zoho/health-check checks again.';
