import {
  AccountSendingPausedException,
  DeleteIdentityCommand,
  MessageRejected,
  SendEmailCommand,
  SendRawEmailCommand,
  UpdateAccountSendingEnabledCommand,
} from '@aws-sdk/client-ses';
import {
  BadRequestException,
  PutAccountSendingAttributesCommand,
  PutSuppressedDestinationCommand,
  SendEmailCommand as SendEmailV2Command,
  SendingPausedException,
  MessageRejected as V2MessageRejected,
} from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, aMail, openSes, rawMail, SENDER, type SesStage } from './support.ts';

let stage: SesStage;
beforeEach(async () => {
  stage = await openSes();
  stage.ses.verify(SENDER);
});
afterEach(() => stage.close());

function aMailV2({ from = SENDER, to = [ADMIN] } = {}): SendEmailV2Command {
  return new SendEmailV2Command({
    FromEmailAddress: from,
    Destination: { ToAddresses: to },
    Content: { Simple: { Subject: { Data: 'Zoho is down' }, Body: { Text: { Data: 'Do this' } } } },
  });
}

async function suppress(EmailAddress: string): Promise<void> {
  await stage.v2.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' }));
}

const failed = (call: Promise<unknown>) => call.catch((error: unknown) => error);
const NOT_VERIFIED =
  'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ';

describe('what is sent', () => {
  it('by the first version stands in the inbox, with the time and everybody whom it went to', async () => {
    const { MessageId } = await stage.v1.send(
      new SendEmailCommand({
        Source: 'Keeper <keeper@example.com>',
        Destination: { ToAddresses: [ADMIN, 'second@example.org'], CcAddresses: ['third@example.org'] },
        Message: { Subject: { Data: 'Zoho is down' }, Body: { Text: { Data: 'Do this' } } },
      }),
    );
    expect(MessageId).toEqual(expect.any(String));
    expect(await stage.ses.sent()).toEqual([
      {
        from: 'Keeper <keeper@example.com>',
        to: [ADMIN, 'second@example.org', 'third@example.org'],
        subject: 'Zoho is down',
        text: 'Do this',
        html: null,
        atMs: stage.clock.nowMs(),
      },
    ]);
    expect(await (await fetch(`${stage.ses.inbox}/store`)).text()).toContain('second@example.org');
  });

  it('by the second version as well, in order', async () => {
    await stage.v1.send(aMail({ subject: 'first' }));
    await stage.v2.send(aMailV2());
    expect(await stage.ses.sent()).toMatchObject([
      { subject: 'first', text: 'Do this', html: '<b>Do</b>' },
      { subject: 'Zoho is down', from: SENDER, to: [ADMIN] },
    ]);
  });

  it('in raw form goes where its headers say', async () => {
    const Data = rawMail(`From: ${SENDER}`, 'To: "Doe, Jane" <jane@example.org>,', ` ${ADMIN}`);
    await stage.v1.send(new SendRawEmailCommand({ RawMessage: { Data } }));
    await stage.v2.send(new SendEmailV2Command({ Content: { Raw: { Data } } }));
    const mail = { from: SENDER, to: ['"Doe, Jane" <jane@example.org>', ADMIN], subject: 'raw' };
    expect(await stage.ses.sent()).toMatchObject([mail, mail]);
  });

  it('in raw form goes where the call says instead', async () => {
    const Data = rawMail(`From: ${SENDER}`, 'To: somebody@example.org');
    await stage.v1.send(new SendRawEmailCommand({ RawMessage: { Data }, Destinations: [ADMIN] }));
    expect(await stage.ses.sent()).toMatchObject([{ to: [ADMIN] }]);
  });

  it('is gone after the inbox was emptied', async () => {
    await stage.v1.send(aMail());
    await stage.ses.clear();
    expect(await stage.ses.sent()).toEqual([]);
  });

  it('is not mixed with what another account sent', async () => {
    const other = await openSes();
    other.ses.verify(SENDER);
    await other.v1.send(aMail());
    expect(await stage.ses.sent()).toEqual([]);
    await other.close();
  });
});

describe('an account that is paused', () => {
  it('refuses by either version until it is resumed, whoever paused it', async () => {
    await stage.v1.send(new UpdateAccountSendingEnabledCommand({ Enabled: false }));
    expect(await failed(stage.v1.send(aMail()))).toBeInstanceOf(AccountSendingPausedException);
    expect(await failed(stage.v2.send(aMailV2()))).toBeInstanceOf(SendingPausedException);
    await stage.v2.send(new PutAccountSendingAttributesCommand({ SendingEnabled: true }));
    await stage.v1.send(aMail());
    expect(await stage.ses.sent()).toHaveLength(1);
  });
});

describe('a sender', () => {
  it('that was not verified is refused by name', async () => {
    const from = 'Somebody <somebody@example.com>';
    const refused = await failed(stage.v1.send(aMail({ from })));
    expect(refused).toBeInstanceOf(MessageRejected);
    expect(refused).toMatchObject({
      message: `${NOT_VERIFIED}somebody@example.com`,
      $metadata: { httpStatusCode: 400 },
    });
    const refusedV2 = await failed(stage.v2.send(aMailV2({ from })));
    expect(refusedV2).toBeInstanceOf(V2MessageRejected);
    expect(refusedV2).toMatchObject({ message: `${NOT_VERIFIED}somebody@example.com` });
    expect(await stage.ses.sent()).toEqual([]);
  });

  it('is none any more once the identity is deleted', async () => {
    await stage.v1.send(new DeleteIdentityCommand({ Identity: SENDER }));
    expect(await failed(stage.v1.send(aMail()))).toBeInstanceOf(MessageRejected);
  });

  it.each([
    ['the address, with a name before it', 'keeper@example.com', 'Keeper <keeper@example.com>'],
    ['the domain', 'example.net', 'anybody@example.net'],
    ['the domain, in another case', 'Example.net', 'anybody@eXample.NET'],
    ['a domain above', 'example.net', 'anybody@mail.example.net'],
  ])('is verified by %s', async (_, identity, from) => {
    stage.ses.verify(identity);
    expect((await stage.v1.send(aMail({ from }))).MessageId).toEqual(expect.any(String));
  });

  it.each([
    ['a domain that only ends alike', 'ample.net', 'anybody@example.net'],
    ['a subdomain', 'mail.example.net', 'anybody@example.net'],
    ['another address', 'one@example.net', 'two@example.net'],
    ['the address, in another case before the @', 'one@example.net', 'One@example.net'],
  ])('is not verified by %s', async (_, identity, from) => {
    stage.ses.verify(identity);
    expect(await failed(stage.v1.send(aMail({ from })))).toBeInstanceOf(MessageRejected);
  });

  it.each([
    ['its header', `From: stranger@example.com`, SENDER, 'stranger@example.com'],
    ['the call', `From: ${SENDER}`, 'stranger@example.com', 'stranger@example.com'],
  ])('of a raw mail has to be verified, also by %s', async (_, from, Source, named) => {
    const Data = rawMail(from, `To: ${ADMIN}`);
    const refused = await failed(stage.v1.send(new SendRawEmailCommand({ RawMessage: { Data }, Source })));
    expect(refused).toMatchObject({ name: 'MessageRejected', message: NOT_VERIFIED + named });
  });
});

describe('a recipient on the suppression list', () => {
  it('gets nothing while the others do, and the sender hears of nothing', async () => {
    const suppressed = 'suppressed@example.org';
    await suppress(suppressed);
    const { MessageId } = await stage.v1.send(aMail({ to: [`Somebody <${suppressed}>`, ADMIN] }));
    expect(MessageId).toEqual(expect.any(String));
    expect(await stage.ses.sent()).toMatchObject([{ to: [ADMIN] }]);
    expect(await (await fetch(`${stage.ses.inbox}/store`)).text()).not.toContain(suppressed);
  });

  it('that is the only one leaves nothing to deliver', async () => {
    await suppress(ADMIN);
    expect((await stage.v1.send(aMail())).MessageId).toEqual(expect.any(String));
    expect((await stage.v2.send(aMailV2())).MessageId).toEqual(expect.any(String));
    expect(await stage.ses.sent()).toEqual([]);
  });
});

describe('what makes no mail is refused at once', () => {
  it('without a recipient', async () => {
    expect(await failed(stage.v1.send(aMail({ to: [] })))).toMatchObject({ name: 'InvalidParameterValue' });
    expect(await failed(stage.v2.send(aMailV2({ to: [] })))).toBeInstanceOf(BadRequestException);
  });

  it('in raw form without a sender in its header', async () => {
    const command = new SendRawEmailCommand({
      RawMessage: { Data: rawMail(`To: ${ADMIN}`) },
      Source: SENDER,
    });
    expect(await failed(stage.v1.send(command))).toMatchObject({
      name: 'InvalidParameterValue',
      message: "Missing required header 'From'.",
    });
  });

  it('without a subject, as the inbox has it', async () => {
    expect(await failed(stage.v1.send(aMail({ subject: '' })))).toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('subject'),
    });
  });
});
