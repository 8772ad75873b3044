import type { BroughtRequest } from '../iam.ts';
import { type AccountNames, type IncomingCall, inputOf, NO_RESOURCE, type RequestReader } from './call.ts';
import { createDynamoDbReader } from './dynamodb.ts';
import { createEncryptionReader, type EncryptionKey } from './encryption-keys.ts';
import { createEventsReader } from './events.ts';
import { createKmsReader, type KeyDirectory } from './kms.ts';
import { readS3Requests } from './s3.ts';
import { createSecretsManagerReader } from './secrets-manager.ts';
import { createSesReader } from './ses.ts';

export interface RequestReaderOptions {
  readonly account: AccountNames;
  readonly keys: KeyDirectory;
  /** The ARN of a secret that stands, by its name or ARN. */
  readonly secretArnOf: (secretId: string) => string | undefined;
  /** The KMS key that a bucket or table is encrypted by, by its ARN. */
  readonly encryptionKeyOf: (arn: string) => EncryptionKey | undefined;
}

/** What every call that comes to the front door asks to be allowed. */
export function createRequestReader(options: RequestReaderOptions): RequestReader {
  const { account, keys, secretArnOf, encryptionKeyOf } = options;
  const readEncryption = createEncryptionReader(account, encryptionKeyOf, (key) => keys.keyArnOf(key));
  const readKms = createKmsReader(account, keys, null);
  const readers: Readonly<Record<string, RequestReader>> = {
    dynamodb: createDynamoDbReader(account),
    secretsmanager: createSecretsManagerReader(account, secretArnOf),
    kms: (call) => readKms({ operation: call.operation, input: inputOf(call) }),
    events: createEventsReader(account),
    ses: createSesReader(account),
    s3: readS3Requests,
    sts: readStsRequests,
  };
  return (call) => {
    const requests = (readers[call.service] ?? readOthers)(call);
    // Of an object that is only looked at, nothing is decrypted.
    if (call.method === 'HEAD') return requests;
    return requests.flatMap((request) => [request, ...readEncryption(request)]);
  };
}

/** Who one is, everybody may ask. @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function readStsRequests(call: IncomingCall): readonly BroughtRequest[] {
  return call.operation === 'GetCallerIdentity' ? [] : readOthers(call);
}

function readOthers({ service, operation }: IncomingCall): readonly BroughtRequest[] {
  return [{ action: `${service}:${operation}`, resource: NO_RESOURCE, context: {} }];
}
