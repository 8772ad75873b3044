import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readDocument, type ZohoToken } from './access-token-document.ts';
import { ZohoTokenUnavailableError } from './errors.ts';
import { describeSecret, explainRefusal, notPublished, type SecretPlace } from './explain-refusal.ts';
import { isTrustworthyDomain } from './zoho-origins.ts';

/** Also of a body that stops half-way, and with a caller's own client: the SDK's limits end once the headers are there. */
const LONGEST_READ_MS = 8_000;

/** The name, or an ARN with or without what Secrets Manager appends to it. */
const STANDARD_NAME = /(?:^|:)zoho\/([^/:]+)\/access-token(?:-\w{6})?$/;

/** The secret in which the keeper publishes one connection's access token. */
export class AccessTokenSecret {
  readonly #client: SecretsManagerClient;
  readonly #secretId: string;

  constructor(client: SecretsManagerClient, secretId: string) {
    this.#client = client;
    this.#secretId = secretId;
  }

  /**
   * Reads it with one `GetSecretValue`, beside the SDK's own retries, for eight seconds at most. Whether the token has
   * expired is not looked at.
   *
   * @throws {ZohoTokenUnavailableError} for anything but a document that can be used
   */
  async read(): Promise<ZohoToken> {
    const place = await this.#place();
    const secret = describeSecret(place);
    const token = interpret(await this.#fetch(place), secret);
    const named = STANDARD_NAME.exec(this.#secretId)?.[1];
    if (named === undefined || named === token.connection) return token;
    throw unusable(`${secret} holds another connection’s access token`);
  }

  /** That the token which stands there is over. */
  async expired({ expiresAtMs }: ZohoToken): Promise<ZohoTokenUnavailableError> {
    const secret = describeSecret(await this.#place());
    return new ZohoTokenUnavailableError(
      'TOKEN_EXPIRED',
      `${secret} holds an access token that ended at ${new Date(expiresAtMs).toISOString()}: the keeper could not renew it. Look at the connection’s status in the keeper’s admin API.`,
    );
  }

  async #fetch(place: SecretPlace): Promise<string | undefined> {
    const abortSignal = AbortSignal.timeout(LONGEST_READ_MS);
    try {
      const command = new GetSecretValueCommand({ SecretId: this.#secretId });
      const answer = await this.#client.send(command, { abortSignal });
      return answer.SecretString;
    } catch (error) {
      // What the SDK makes of a connection that was cut off does not say why it was.
      throw explainRefusal(abortSignal.aborted ? abortSignal.reason : error, place);
    }
  }

  /** The SDK rejects when no region is configured; the call itself then fails, and says so. */
  async #place(): Promise<SecretPlace> {
    const region = await this.#client.config.region().catch(() => 'no region');
    return { secretId: this.#secretId, region };
  }
}

function interpret(text: string | undefined, secret: string): ZohoToken {
  if (text === undefined) throw unusable(`${secret} holds bytes instead of text`);
  if (text.trim() === '') throw notPublished(secret);
  const reading = readDocument(text);
  switch (reading.kind) {
    case 'notJson':
      throw unusable(`${secret} does not hold a JSON object`);
    case 'faulty':
      throw unusable(`${secret} has missing or wrong fields (${reading.faults.join(', ')})`);
    case 'newerSchema':
      throw new ZohoTokenUnavailableError(
        'DOCUMENT_NEWER',
        `${secret} has a later format than this zoho-token-recovery knows. Update the package.`,
      );
    case 'accessToken':
      return usable(reading.token, secret);
  }
}

/** What the schema leaves open and a header or the way to Zoho does not; their own errors would quote the value. */
function usable(token: ZohoToken, secret: string): ZohoToken {
  if (!HEADER_VALUE.test(token.accessToken))
    throw unusable(`${secret} holds a token that no header can hold`);
  if (!isTrustworthyDomain(token.apiDomain)) throw unusable(`${secret} has an apiDomain that is not https`);
  return token;
}

const HEADER_VALUE = /^[\x21-\x7e]+$/;

function unusable(what: string): ZohoTokenUnavailableError {
  return new ZohoTokenUnavailableError(
    'DOCUMENT_UNUSABLE',
    `${what}, unlike what the keeper publishes. Check the name; if it is right, tell the keeper’s operators.`,
  );
}
