import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { sendEmail } from '../../../lib/alerts/send-email.ts';

const ses = mockClient(SESClient);
beforeEach(() => ses.reset());

const send = () =>
  sendEmail(new SESClient({ region: 'eu-central-1' }), {
    from: 'keeper@company.example',
    to: ['a@company.example', 'b@company.example'],
    email: { subject: 'crm DOWN', html: '<p>ü</p>', text: 'ü' },
  });
const failsWith = (name: string, httpStatusCode?: number) =>
  ses.on(SendEmailCommand).rejects(
    Object.assign(new Error('why'), {
      name,
      $metadata: httpStatusCode === undefined ? {} : { httpStatusCode },
    }),
  );

describe('an e-mail', () => {
  it('goes to everybody at once, in both parts', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: '1' });
    expect(await send()).toEqual({ kind: 'sent' });
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toEqual({
      Source: 'keeper@company.example',
      Destination: { ToAddresses: ['a@company.example', 'b@company.example'] },
      Message: {
        Subject: { Data: 'crm DOWN', Charset: 'UTF-8' },
        Body: { Html: { Data: '<p>ü</p>', Charset: 'UTF-8' }, Text: { Data: 'ü', Charset: 'UTF-8' } },
      },
    });
  });

  it.each([
    ['MessageRejected', 400, 'refused'],
    ['InvalidParameterValue', 400, 'refused'],
    ['AccountSendingPausedException', 400, 'unavailable'],
    ['MailFromDomainNotVerifiedException', 400, 'unavailable'],
    ['AccessDenied', 403, 'unavailable'],
    ['ThrottlingException', 400, 'unavailable'],
    ['ServiceUnavailable', 503, 'unavailable'],
    ['TimeoutError', undefined, 'unavailable'],
  ])('that SES answers with %s (%s) is %s', async (errorCode, status, kind) => {
    failsWith(errorCode, status);
    expect(await send()).toEqual({ kind, errorCode });
  });
});
