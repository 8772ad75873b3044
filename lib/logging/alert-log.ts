import type { Logger } from '@aws-lambda-powertools/logger';
import type { AlertSweep } from '../workflows/sweep-alerts.ts';

/** Writes what people are told, and what could not be sent. Names no recipient. */
export function logAlerts(
  logger: Pick<Logger, 'info' | 'warn' | 'error'>,
  { news, digestErrorCode, delivery }: AlertSweep,
): void {
  for (const outcome of news) {
    const { connection } = outcome;
    switch (outcome.kind) {
      case 'noted':
        for (const { kind, id: alertId } of outcome.messages) {
          logger.info(`people are to be told: ${kind}`, { code: 'ALERT_NOTED', connection, kind, alertId });
        }
        break;
      case 'failed':
        logger.error('it could not be seen whether people are to be told; the next sweep looks again', {
          code: 'ALERT_NOT_NOTED',
          connection,
          errorCode: outcome.errorCode,
        });
        break;
    }
  }
  if (digestErrorCode !== null) {
    logger.error('it could not be seen whether a digest is due; the next sweep looks again', {
      code: 'DIGEST_NOT_NOTED',
      errorCode: digestErrorCode,
    });
  }
  for (const unwritten of delivery.unwritten) {
    logger.error('the state table did not take a mailbox: what waits in it is sent when it does', {
      code: 'MAILBOX_NOT_WRITTEN',
      ...unwritten,
    });
  }
  for (const sent of delivery.sent) {
    logger.info(`people were told: ${sent.kind}`, { code: 'ALERT_SENT', ...sent });
  }
  for (const failed of delivery.failed) {
    const { isGivenUp, ...fields } = failed;
    if (isGivenUp) {
      logger.error('an alert is given up: SES has refused it for days for some of its recipients', {
        code: 'ALERT_GIVEN_UP',
        ...fields,
      });
    } else {
      logger.warn('SES did not take an alert: it waits, and is tried again', {
        code: 'ALERT_NOT_SENT',
        ...fields,
      });
    }
  }
}
