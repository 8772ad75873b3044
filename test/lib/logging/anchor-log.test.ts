import { expect, it, vi } from 'vitest';
import { describeAnchor, logAnchors } from '../../../lib/logging/anchor-log.ts';
import type { AnchorOutcome } from '../../../lib/workflows/anchor-audit.ts';

const anchored: AnchorOutcome = {
  kind: 'anchored',
  connection: 'crm',
  seal: { sequence: 7, hash: 'a'.repeat(64), keyId: 'arn:aws:kms:key', mac: 'bWFj' },
  sequence: 8,
};
const failed: AnchorOutcome = {
  kind: 'failed',
  connection: 'crm',
  errorCode: 'AUDIT_UNAVAILABLE',
  detail: 'The audit table is away.',
};

it('the log of a seal is a witness beside the table: it tells what was sealed', () => {
  expect(describeAnchor(anchored)).toEqual({
    level: 'info',
    message: 'audit chain sealed',
    fields: {
      code: 'AUDIT_ANCHORED',
      connection: 'crm',
      sealedSequence: 7,
      sealedHash: 'a'.repeat(64),
      anchorSequence: 8,
    },
  });
});

it.each<[AnchorOutcome, string, string]>([
  [failed, 'error', 'AUDIT_ANCHOR_FAILED'],
  [{ kind: 'empty', connection: 'crm' }, 'debug', 'AUDIT_CHAIN_EMPTY'],
  [{ kind: 'recent', connection: 'crm' }, 'debug', 'AUDIT_ANCHOR_RECENT'],
])('%# has its level and its code', (outcome, level, code) => {
  expect(describeAnchor(outcome)).toMatchObject({ level, fields: { code, connection: 'crm' } });
});

it('a failure says why, and each chain has a line', () => {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  logAnchors(logger, [anchored, failed]);
  expect(logger.info).toHaveBeenCalledOnce();
  expect(logger.error).toHaveBeenCalledWith(
    'the audit chain was not sealed: The audit table is away.',
    expect.objectContaining({ errorCode: 'AUDIT_UNAVAILABLE' }),
  );
});
