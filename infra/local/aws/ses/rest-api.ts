import * as z from 'zod';
import { AwsError } from '../service.ts';
import type { SesAccount } from './account.ts';
import type { Answer } from './answer.ts';
import { sendEmailSchema, toMail } from './rest-mail.ts';
import type { Send } from './sending.ts';

/** A call by the second version. */
export interface RestCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: Buffer;
}

/** @param name what the path names; empty where it names nothing */
type Operation = (input: unknown, name: string) => Promise<object> | object;

interface Route {
  readonly method: string;
  /** Ends with a slash where a name follows. */
  readonly path: string;
  readonly operation: Operation;
}

const sendingSchema = z.object({ SendingEnabled: z.boolean().default(false) });
const suppressionSchema = z.object({ EmailAddress: z.string(), Reason: z.enum(['BOUNCE', 'COMPLAINT']) });

/**
 * SES's second version, which speaks REST with JSON.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Operations.html
 */
export function createRestApi(account: SesAccount, send: Send): (call: RestCall) => Promise<Answer> {
  const routes: readonly Route[] = [
    {
      method: 'POST',
      path: '/v2/email/outbound-emails',
      operation: async (input) => ({ MessageId: await send(toMail(parse(sendEmailSchema, input))) }),
    },
    ...accountRoutes(account),
    ...suppressionRoutes(account),
  ];
  return async ({ method, path, body }) => {
    try {
      const route = routes.find((one) => one.method === method && isAt(one, path));
      if (!route) {
        throw new AwsError(
          'UnknownOperationException',
          `The twin's SES does not know ${method} ${path}.`,
          404,
        );
      }
      return toAnswer(200, await route.operation(parseJson(body), nameIn(path.slice(route.path.length))));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ...toAnswer(error.statusCode, { message: error.message }), errorType: error.code };
    }
  };
}

function isAt({ path: own }: Route, path: string): boolean {
  if (!own.endsWith('/')) return path === own;
  return path.startsWith(own) && /^[^/]+$/.test(path.slice(own.length));
}

function accountRoutes(account: SesAccount): readonly Route[] {
  return [
    { method: 'GET', path: '/v2/email/account', operation: () => describeAccount(account) },
    {
      method: 'PUT',
      path: '/v2/email/account/sending',
      operation: (input) => {
        account.isSendingEnabled = parse(sendingSchema, input).SendingEnabled;
        return {};
      },
    },
    {
      method: 'GET',
      path: '/v2/email/identities/',
      operation: (_, identity) => describeIdentity(account, identity),
    },
  ];
}

function suppressionRoutes(account: SesAccount): readonly Route[] {
  const path = '/v2/email/suppression/addresses';
  return [
    {
      method: 'PUT',
      path,
      operation: (input) => {
        const { EmailAddress, Reason } = parse(suppressionSchema, input);
        account.suppress(EmailAddress, Reason);
        return {};
      },
    },
    { method: 'GET', path: `${path}/`, operation: (_, address) => describeSuppression(account, address) },
    {
      method: 'DELETE',
      path: `${path}/`,
      operation: (_, address) => {
        if (!account.release(address)) throw notSuppressed(address);
        return {};
      },
    },
  ];
}

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
function describeAccount(account: SesAccount): object {
  return {
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: true,
    SendQuota: {
      Max24HourSend: account.max24HourSend,
      MaxSendRate: account.maxSendRate,
      SentLast24Hours: account.sentLast24Hours,
    },
    SendingEnabled: account.isSendingEnabled,
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
  };
}

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html */
function describeIdentity(account: SesAccount, identity: string): object {
  if (!account.isVerified(identity)) {
    throw new AwsError('NotFoundException', `Email identity ${identity} does not exist.`, 404);
  }
  return {
    IdentityType: identity.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
  };
}

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetSuppressedDestination.html */
function describeSuppression(account: SesAccount, address: string): object {
  const suppression = account.suppressionOf(address);
  if (!suppression) throw notSuppressed(address);
  const { address: EmailAddress, reason: Reason, atMs } = suppression;
  return { SuppressedDestination: { EmailAddress, Reason, LastUpdateTime: atMs / 1000 } };
}

function notSuppressed(address: string): AwsError {
  return new AwsError(
    'NotFoundException',
    `Email address ${address} does not exist on your suppression list.`,
    404,
  );
}

function nameIn(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError('BadRequestException', `${segment} is not encoded as part of a path.`);
  }
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('BadRequestException', 'The request body is not valid JSON.');
  }
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('BadRequestException', z.prettifyError(parsed.error));
}

function toAnswer(status: number, content: object): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(content) };
}
