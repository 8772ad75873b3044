import { describe, expect, it, vi } from 'vitest';
import { logAlerts } from '../../../lib/logging/alert-log.ts';

describe('the log of the alerts', () => {
  it('says what could not be kept, with a code and whose it is', () => {
    const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    logAlerts(logger, {
      news: [],
      digestErrorCode: 'AWS_CALL_FAILED',
      delivery: {
        sent: [],
        failed: [],
        unwritten: [{ connection: 'crm', errorCode: 'AWS_CALL_FAILED' }],
        waiting: 1,
      },
    });
    expect(logger.error.mock.calls.map(([, fields]) => fields)).toEqual([
      { code: 'DIGEST_NOT_NOTED', errorCode: 'AWS_CALL_FAILED' },
      { code: 'MAILBOX_NOT_WRITTEN', connection: 'crm', errorCode: 'AWS_CALL_FAILED' },
    ]);
  });
});
