/**
 * A process that sends a load and times the answers: what it costs is not the twin's. It is our own, since generators by
 * rate such as autocannon have a fixed number of connections, and none of these sends before it has its answer: what is
 * slow then slows the load, and hides.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Answer } from './answer.ts';
import { type Load, planSends, type Send } from './plan.ts';
import { requestOf } from './requests.ts';

/** What the process is asked for. */
export interface Order {
  readonly load: Load;
  readonly origin: string;
  /** An ID token of each admin. */
  readonly tokens: readonly string[];
}

/** What the process tells. */
export type GeneratorMessage =
  | { readonly kind: 'progress'; readonly sent: number; readonly answered: number }
  | { readonly kind: 'done'; readonly answers: readonly Answer[]; readonly cpuMs: number };

const PROGRESS_MS = 1_000;
/** API Gateway gives up after 29 s; what takes longer has lost its way. */
const GIVE_UP_MS = 35_000;

// Whoever asked for the load ends this process by letting go of it.
process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => void generate(order));

async function generate(order: Order): Promise<void> {
  const sends = planSends(order.load);
  // As many connections as there are requests under way: one that waited for a connection would wait for an answer.
  const pool = new Pool(order.origin, { headersTimeout: GIVE_UP_MS, bodyTimeout: GIVE_UP_MS });
  const answers: Answer[] = [];
  const underWay: Promise<void>[] = [];
  const progress = setInterval(
    () => tell({ kind: 'progress', sent: underWay.length, answered: answers.length }),
    PROGRESS_MS,
  );
  const before = process.cpuUsage();
  const beganMs = performance.now();
  const nowMs = () => performance.now() - beganMs;
  for (const send of sends) {
    while (nowMs() < send.dueMs) await delay(Math.max(1, send.dueMs - nowMs()));
    underWay.push(ask(pool, order, send, nowMs).then((answer) => void answers.push(answer)));
  }
  await Promise.all(underWay);
  clearInterval(progress);
  const { user, system } = process.cpuUsage(before);
  tell({ kind: 'done', answers, cpuMs: (user + system) / 1_000 });
  await pool.close();
}

/** The time counts from when it was due, also where it was sent late. */
async function ask(pool: Pool, { tokens }: Order, send: Send, nowMs: () => number): Promise<Answer> {
  const { kind, dueMs } = send;
  const answered = (status: number | null, reason: string | null): Answer => ({
    kind,
    dueMs,
    latencyMs: nowMs() - dueMs,
    status,
    reason,
  });
  try {
    const { statusCode, body } = await pool.request(requestOf(send, tokens));
    const text = await body.text();
    return answered(statusCode, statusCode < 400 ? null : problemIn(text));
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return answered(null, code ?? name);
  }
}

/** The last part of a problem document's type; null when the answer is none. */
function problemIn(text: string): string | null {
  try {
    const { type } = JSON.parse(text) as { type?: unknown };
    return typeof type === 'string' ? (type.split(':').at(-1) ?? null) : null;
  } catch {
    return null;
  }
}

function tell(message: GeneratorMessage): void {
  process.send?.(message);
}
