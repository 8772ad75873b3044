import {
  CreateTemplateCommand,
  DeleteIdentityCommand,
  GetAccountSendingEnabledCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  ListIdentitiesCommand,
  UpdateAccountSendingEnabledCommand,
  VerifyDomainIdentityCommand,
  VerifyEmailIdentityCommand,
} from '@aws-sdk/client-ses';
import {
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  ListEmailIdentitiesCommand,
  NotFoundException,
  PutSuppressedDestinationCommand,
} from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, aMail, openSes, SENDER, type SesStage } from './support.ts';

let stage: SesStage;
beforeEach(async () => {
  stage = await openSes();
});
afterEach(() => stage.close());

const failed = (call: Promise<unknown>) => call.catch((error: unknown) => error);

describe('the identities', () => {
  it('are verified as soon as they are asked for', async () => {
    await stage.v1.send(new VerifyEmailIdentityCommand({ EmailAddress: SENDER }));
    const { VerificationToken } = await stage.v1.send(
      new VerifyDomainIdentityCommand({ Domain: 'example.net' }),
    );
    expect(VerificationToken).toEqual(expect.any(String));
    const listed = async (IdentityType?: 'Domain' | 'EmailAddress') =>
      (await stage.v1.send(new ListIdentitiesCommand({ IdentityType }))).Identities;
    expect([await listed(), await listed('Domain'), await listed('EmailAddress')]).toEqual([
      [SENDER, 'example.net'],
      ['example.net'],
      [SENDER],
    ]);
    await stage.v1.send(new DeleteIdentityCommand({ Identity: SENDER }));
    expect(await listed()).toEqual(['example.net']);
  });

  it('tell how they are, each by its name', async () => {
    stage.ses.verify(SENDER);
    const Identities = ['stranger@example.com', SENDER];
    const { VerificationAttributes } = await stage.v1.send(
      new GetIdentityVerificationAttributesCommand({ Identities }),
    );
    expect(VerificationAttributes).toEqual({ [SENDER]: { VerificationStatus: 'Success' } });
  });

  it.each([
    [SENDER, 'EMAIL_ADDRESS'],
    ['example.net', 'DOMAIN'],
  ])('tell how they are, by the second version: %s', async (EmailIdentity, IdentityType) => {
    const command = new GetEmailIdentityCommand({ EmailIdentity });
    expect(await failed(stage.v2.send(command))).toBeInstanceOf(NotFoundException);
    stage.ses.verify(EmailIdentity);
    expect(await stage.v2.send(command)).toMatchObject({
      IdentityType,
      VerifiedForSendingStatus: true,
      VerificationStatus: 'SUCCESS',
    });
  });
});

describe('the account', () => {
  it('may send, out of the sandbox, until it is paused', async () => {
    expect(await stage.v2.send(new GetAccountCommand({}))).toMatchObject({
      SendingEnabled: true,
      ProductionAccessEnabled: true,
      EnforcementStatus: 'HEALTHY',
    });
    expect((await stage.v1.send(new GetAccountSendingEnabledCommand({}))).Enabled).toBe(true);
    // Without a value it is false, as AWS has it.
    await stage.v1.send(new UpdateAccountSendingEnabledCommand({}));
    expect((await stage.v1.send(new GetAccountSendingEnabledCommand({}))).Enabled).toBe(false);
    expect((await stage.v2.send(new GetAccountCommand({}))).SendingEnabled).toBe(false);
  });

  it('counts each recipient of the last 24 hours towards its quota', async () => {
    stage.ses.verify(SENDER);
    await stage.v1.send(aMail({ to: [ADMIN, 'second@example.org'] }));
    stage.clock.advance(20 * 3_600_000);
    await stage.v1.send(aMail());
    const quota = { Max24HourSend: 50_000, MaxSendRate: 14 };
    const SentLast24Hours = 3;
    expect(await stage.v1.send(new GetSendQuotaCommand({}))).toMatchObject({ ...quota, SentLast24Hours });
    stage.clock.advance(5 * 3_600_000);
    const { SendQuota } = await stage.v2.send(new GetAccountCommand({}));
    expect(SendQuota).toEqual({ ...quota, SentLast24Hours: 1 });
  });
});

describe('the suppression list', () => {
  it('holds an address from when it is put there until it is taken off', async () => {
    const EmailAddress = 'Admin+ops@example.org';
    const read = () => stage.v2.send(new GetSuppressedDestinationCommand({ EmailAddress }));
    expect(await failed(read())).toBeInstanceOf(NotFoundException);
    await stage.v2.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'COMPLAINT' }));
    expect((await read()).SuppressedDestination).toEqual({
      EmailAddress,
      Reason: 'COMPLAINT',
      LastUpdateTime: new Date(stage.clock.nowMs()),
    });
    const remove = () => stage.v2.send(new DeleteSuppressedDestinationCommand({ EmailAddress }));
    await remove();
    expect(await failed(read())).toBeInstanceOf(NotFoundException);
    expect(await failed(remove())).toBeInstanceOf(NotFoundException);
  });
});

describe('what the stand-in does not know', () => {
  it('is an action that is refused at once', async () => {
    const command = new CreateTemplateCommand({ Template: { TemplateName: 'a', SubjectPart: 'b' } });
    expect(await failed(stage.v1.send(command))).toMatchObject({
      name: 'InvalidAction',
      message: "The twin's SES does not know the action CreateTemplate.",
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
  });

  it('is a path that is refused at once', async () => {
    expect(await failed(stage.v2.send(new ListEmailIdentitiesCommand({})))).toMatchObject({
      name: 'UnknownOperationException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it.each([
    ['GET', '/v2/email/identities/%zz', '', 'BadRequestException'],
    ['PUT', '/v2/email/account/sending', '{', 'BadRequestException'],
    ['PUT', '/v2/email/suppression/addresses', '{"EmailAddress":"a@b.c"}', 'BadRequestException'],
    ['GET', '/v2/email/identities/a/b', '', 'UnknownOperationException'],
    ['GET', '/v2/email/identities/', '', 'UnknownOperationException'],
    ['DELETE', '/v2/email/account', '', 'UnknownOperationException'],
  ])('%s %s with the body “%s” is a %s', async (method, path, body, code) => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/ses/aws4_request, SignedHeaders=host, Signature=0';
    const response = await fetch(new URL(path, stage.endpoint), {
      method,
      headers: { authorization },
      ...(body ? { body } : {}),
    });
    expect(response.headers.get('x-amzn-errortype')).toBe(code);
  });
});
