/** What admins ask: each by its name in the results. */
export const KINDS = ['statusOfOne', 'statusOfAll', 'audit', 'refresh'] as const;
export type Kind = (typeof KINDS)[number];

/** Of ten requests, in the order in which they come: five and two of the status, two of the audit, one refresh. */
const TURNS: readonly Kind[] = [
  'statusOfOne',
  'audit',
  'statusOfOne',
  'statusOfAll',
  'statusOfOne',
  'refresh',
  'statusOfOne',
  'audit',
  'statusOfOne',
  'statusOfAll',
];

/** How much is asked, for how long, by how many, and of how many. */
export interface Load {
  readonly ratePerS: number;
  readonly durationS: number;
  readonly admins: number;
  readonly connections: number;
}

/** One request, and when it is to be sent, in ms since the load began. */
export interface Send {
  readonly dueMs: number;
  readonly kind: Kind;
  /** Which of the admins asks. */
  readonly admin: number;
  /** Which of the connections it is about. */
  readonly connection: number;
}

/**
 * When to ask for what: evenly spaced, and settled before the first is sent, so that nothing which is slow to answer can
 * delay what comes after it. Admins and connections come in turns, in every pair of them before any comes again.
 */
export function planSends({ ratePerS, durationS, admins, connections }: Load): Send[] {
  const asked = new Map<Kind, number>();
  return Array.from({ length: Math.round(ratePerS * durationS) }, (_, index) => {
    const kind = TURNS[index % TURNS.length] ?? 'statusOfOne';
    const count = asked.get(kind) ?? 0;
    asked.set(kind, count + 1);
    const connection = count % connections;
    const admin = (connection + Math.floor(count / connections)) % admins;
    return { dueMs: (index * 1_000) / ratePerS, kind, admin, connection };
  });
}
