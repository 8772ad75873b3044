import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { TOKEN_REFERENCE, tokenReference } from './state.ts';

/** The parts of Zoho that can fail apart: minting and revoking, the products' APIs, the consent page. */
const ROUTE_GROUPS = ['token', 'api', 'consent'] as const;
export type RouteGroup = (typeof ROUTE_GROUPS)[number];

const scopeShape = {
  /** Only these routes; all of them without it. */
  routes: z.enum(ROUTE_GROUPS).optional(),
  /** Only requests of this client. */
  clientId: z.string().min(1).optional(),
  /** Only requests with this refresh token (or its reference), or with an access token that it minted. */
  refreshToken: z.string().min(1).optional(),
  /** Ends after this many requests. */
  times: z.int().positive().optional(),
  /** Ends after this long, by the virtual clock. */
  forMs: z.number().positive().optional(),
};

/** What can go wrong on demand. `slow` and `garbage` do the work and spoil the answer; the others do nothing. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** The connection is destroyed without an answer. */
  z.strictObject({ kind: z.literal('down'), ...scopeShape }),
  /** The answer comes after `delayMs`, then, with `dripMs`, one byte per that time. Both are real milliseconds. */
  z.strictObject({
    kind: z.literal('slow'),
    delayMs: z.int().nonnegative().max(600_000).default(15_000),
    dripMs: z.int().positive().max(60_000).optional(),
    ...scopeShape,
  }),
  z.strictObject({ kind: z.literal('throttle'), ...scopeShape }),
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).default(200), ...scopeShape }),
  /** The answer's JSON is cut in half. */
  z.strictObject({ kind: z.literal('garbage'), ...scopeShape }),
  z.strictObject({
    kind: z.literal('huge'),
    bytes: z
      .int()
      .positive()
      .max(100 * 1024 * 1024)
      .default(10 * 1024 * 1024),
    ...scopeShape,
  }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599).default(503),
    ...scopeShape,
  }),
  z.strictObject({ kind: z.literal('wrongDataCenter'), ...scopeShape }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];

/** A fault that is switched on. */
export interface ActiveFault {
  readonly id: string;
  readonly fault: Fault;
  /** How many more requests it meets; null for no end. */
  remaining: number | null;
  /** When it ends, by the virtual clock; null for no end. */
  readonly untilMs: number | null;
}

/** Who makes a request, as far as it can be told. */
export interface FaultSubject {
  readonly clientId: string | null;
  readonly refreshToken: string | null;
}

/** The faults that are switched on. Of several that fit a request, the one switched on first meets it. */
export class FaultList {
  #active: ActiveFault[] = [];

  add(fault: Fault, nowMs: number): ActiveFault {
    const active: ActiveFault = {
      id: randomUUID(),
      fault: withoutToken(fault),
      remaining: fault.times ?? null,
      untilMs: fault.forMs === undefined ? null : nowMs + fault.forMs,
    };
    this.#active.push(active);
    return active;
  }

  list(nowMs: number): readonly ActiveFault[] {
    this.#active = this.#active.filter(
      ({ remaining, untilMs }) => remaining !== 0 && (untilMs === null || nowMs < untilMs),
    );
    return this.#active;
  }

  /** The fault that meets this request, which counts it down. */
  take(group: RouteGroup, subject: FaultSubject, nowMs: number): Fault | null {
    const active = this.list(nowMs).find(({ fault }) => fits(fault, group, subject));
    if (!active) return null;
    if (active.remaining !== null) active.remaining -= 1;
    return active.fault;
  }

  /** Switches off one fault, or all of them. */
  clear(id?: string): void {
    this.#active = id === undefined ? [] : this.#active.filter((active) => active.id !== id);
  }
}

function fits(fault: Fault, group: RouteGroup, subject: FaultSubject): boolean {
  if (fault.routes !== undefined && fault.routes !== group) return false;
  if (fault.clientId !== undefined && fault.clientId !== subject.clientId) return false;
  if (fault.refreshToken === undefined) return true;
  return subject.refreshToken !== null && fault.refreshToken === tokenReference(subject.refreshToken);
}

/** Faults are listed for everybody to see, so a refresh token is kept as its reference only. */
function withoutToken(fault: Fault): Fault {
  if (fault.refreshToken === undefined || TOKEN_REFERENCE.test(fault.refreshToken)) return fault;
  return { ...fault, refreshToken: tokenReference(fault.refreshToken) };
}
