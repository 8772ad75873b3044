import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { AccessKeys } from '../../../../../infra/local/aws/access-keys.ts';
import { startFrontDoor } from '../../../../../infra/local/aws/front-door.ts';
import { type Ses, startSes } from '../../../../../infra/local/aws/ses/ses.ts';
import { VirtualClock } from '../../../../../infra/local/clock.ts';

export const SENDER = 'keeper@example.com';
export const ADMIN = 'admin@example.org';
const REGION = 'eu-central-1';

/** SES behind the front door, and the real clients of both versions. */
export interface SesStage {
  readonly clock: VirtualClock;
  readonly ses: Ses;
  readonly v1: SESClient;
  readonly v2: SESv2Client;
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Nothing is tried twice, and what hangs is given up at once. */
export async function openSes(): Promise<SesStage> {
  const clock = new VirtualClock({ speed: 0, notBeforeMs: Date.UTC(2040, 0, 1) });
  const ses = await startSes({ region: REGION, nowMs: () => clock.nowMs() });
  const emulators = { ses: ses.origin };
  const door = await startFrontDoor({ services: {}, emulators, accessKeys: new AccessKeys(), clock });
  const settings = {
    endpoint: door.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true },
  };
  const [v1, v2] = [new SESClient(settings), new SESv2Client(settings)];
  return {
    clock,
    ses,
    v1,
    v2,
    endpoint: door.endpoint,
    close: async () => {
      for (const client of [v1, v2]) client.destroy();
      await door.close();
      await ses.close();
    },
  };
}

/** A mail by the first version. */
export function aMail({ from = SENDER, to = [ADMIN], subject = 'Zoho is down' } = {}): SendEmailCommand {
  return new SendEmailCommand({
    Source: from,
    Destination: { ToAddresses: to },
    Message: { Subject: { Data: subject }, Body: { Text: { Data: 'Do this' }, Html: { Data: '<b>Do</b>' } } },
  });
}

/** A mail in its raw form, in the encoding of the API's commands. */
export function rawMail(...lines: readonly string[]): Buffer {
  return Buffer.from([...lines, 'Subject: raw', '', 'Do this'].join('\r\n'));
}
