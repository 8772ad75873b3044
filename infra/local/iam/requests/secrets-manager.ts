import * as z from 'zod';
import type { BroughtRequest } from '../iam.ts';
import { type AccountNames, type IncomingCall, inputOf, NO_RESOURCE, type RequestReader } from './call.ts';

/** As far as it says what an operation is about. */
const inputSchema = z.object({
  SecretId: z.string().optional(),
  SecretIdList: z.array(z.string()).optional(),
  Name: z.string().optional(),
  Tags: z.array(z.unknown()).default([]),
});

type Input = z.infer<typeof inputSchema>;
const NO_INPUT: Input = { Tags: [] };

/** What is appended to a name in the ARN, where nobody knows yet what it will be. */
const ANY_SUFFIX = '-??????';

/**
 * What an operation asks for: itself, on the secret's whole ARN, however the call names the secret. Of a secret that does
 * not exist AWS does not say what its ARN is to policies; here it is the one without a suffix, so a policy that names the
 * suffix refuses it. AWS answers that a secret is not there only to whom it would let at it.
 *
 * @param arnOf the ARN of a secret that stands, by its name or ARN
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function createSecretsManagerReader(
  { region, accountId }: AccountNames,
  arnOf: (secretId: string) => string | undefined,
): RequestReader {
  const newArn = (name: string) => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`;
  const existing = (secretId: string) =>
    arnOf(secretId) ?? (secretId.startsWith('arn:') ? secretId : newArn(secretId));
  const onSecret = (operation: string, SecretId: string): BroughtRequest => ({
    action: `secretsmanager:${operation}`,
    resource: existing(SecretId),
    context: {},
    shownAs: SecretId,
  });
  const onNew = (operation: string, name: string): BroughtRequest => ({
    action: `secretsmanager:${operation}`,
    resource: `${newArn(name)}${ANY_SUFFIX}`,
    context: { 'secretsmanager:name': name },
    shownAs: name,
  });
  const onNone = (operation: string): BroughtRequest => ({
    action: `secretsmanager:${operation}`,
    resource: NO_RESOURCE,
    context: {},
    shownAs: null,
  });

  return (call: IncomingCall) => {
    const { operation } = call;
    const { Name, Tags, SecretId, SecretIdList }: Input =
      inputSchema.safeParse(inputOf(call)).data ?? NO_INPUT;
    if (operation === 'CreateSecret' && Name !== undefined) {
      return (Tags.length > 0 ? [operation, 'TagResource'] : [operation]).map((each) => onNew(each, Name));
    }
    if (SecretIdList) {
      return [onNone(operation), ...SecretIdList.map((id) => onSecret('GetSecretValue', id))];
    }
    return [SecretId === undefined ? onNone(operation) : onSecret(operation, SecretId)];
  };
}
