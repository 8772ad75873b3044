import type { SESClient } from '@aws-sdk/client-ses';
import { NotFoundException, type SESv2Client } from '@aws-sdk/client-sesv2';

/** An SES that sends from and to everybody, while it works. */
export interface Post {
  /** What alerts are sent with. */
  readonly ses: SESClient;
  /** What the health check asks about it. */
  readonly sesV2: SESv2Client;
}

export function openPost(isUp: () => boolean): Post {
  const answering = (answer: (command: object) => object) => ({
    async send(command: object) {
      if (isUp()) return answer(command);
      throw Object.assign(new Error('SES is down'), {
        name: 'ServiceUnavailable',
        $metadata: { httpStatusCode: 503 },
      });
    },
  });
  // Of a client, the keeper uses `send` only.
  return {
    ses: answering(() => ({})) as unknown as SESClient,
    sesV2: answering(answerReady) as unknown as SESv2Client,
  };
}

function answerReady({ constructor: { name } }: object): object {
  if (name !== 'GetSuppressedDestinationCommand') return READY;
  throw new NotFoundException({ message: 'not suppressed', $metadata: { httpStatusCode: 404 } });
}

const READY = { SendingEnabled: true, ProductionAccessEnabled: true, VerifiedForSendingStatus: true };
