/** The first thing that is wrong with a chain. Each kind is described, with what to do, in docs/audit.md. */
export interface ChainFault {
  readonly connection: string;
  /** The entry at which it shows; for missing ones the first of them. */
  readonly sequence: number;
  readonly kind: ChainFaultKind;
  /** What is wrong, in one sentence. */
  readonly found: string;
  /** What to do, in one sentence. */
  readonly remedy: string;
}

export const CHAIN_FAULT_KINDS = [
  'unparseable',
  'otherConnection',
  'missing',
  'doubled',
  'broken',
  'misfiled',
  'unlinked',
  'sealMisplaced',
  'rewritten',
  'sealForged',
  'sealForeign',
  'unsealed',
] as const;

export type ChainFaultKind = (typeof CHAIN_FAULT_KINDS)[number];

const COMPARE =
  'Restore the table as of a time before into another table, compare, find out in CloudTrail who wrote, and put back what stood there.';
const UNSEALED =
  'See in the log of the anchor function why (AUDIT_ANCHOR_FAILED), and compare with a restored copy; once you know that it was a failure only, accept it in npm run audit:verify with --accept-unsealed-before.';

/** What to do about each kind. */
export const REMEDIES: Record<ChainFaultKind, string> = {
  unparseable: COMPARE,
  otherConnection: COMPARE,
  missing: COMPARE,
  doubled: 'The table cannot hold two entries under one key: read it again, from the table itself.',
  broken: COMPARE,
  misfiled: COMPARE,
  unlinked: COMPARE,
  sealMisplaced: COMPARE,
  rewritten: COMPARE,
  sealForged: COMPARE,
  sealForeign:
    'If the key was yours, name it to npm run audit:verify with --key as well; if not, somebody forged the seal: compare with a restored copy.',
  unsealed: UNSEALED,
};
