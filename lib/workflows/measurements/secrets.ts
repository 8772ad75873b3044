import { accessTokenSecretName, clientSecretName, credentialSecretName } from '../../vault/secret-names.ts';
import type { SecretState } from '../../vault/secret-state.ts';
import type { MeasuredSecret } from '../checks/secrets.ts';
import type { CheckContext } from './context.ts';

/** Looks at a connection's secrets without reading them. */
export function measureSecrets(context: CheckContext): Promise<MeasuredSecret[]> {
  const { id, client } = context.connection;
  const names = [credentialSecretName(id), accessTokenSecretName(id), clientSecretName(client)];
  return Promise.all(
    names.map(async (name) => {
      const state = await context.shared.secret(name);
      const isClient = name === clientSecretName(client);
      return { name, isClient, state, isUnderPrimaryKey: await isUnderPrimaryKey(context, state) };
    }),
  );
}

/** A secret names its key as it was told: by ARN, by id, or by an alias, which only KMS can tell. */
async function isUnderPrimaryKey({ deps, shared }: CheckContext, state: SecretState): Promise<boolean> {
  if (state.kind !== 'standing' || state.keyId === null) return false;
  const { keyId } = state;
  if (deps.primaryKeyId.endsWith(keyId)) return true;
  if (!keyId.includes('alias/') || keyId.endsWith('alias/aws/secretsmanager')) return false;
  // Another key than ours is not for this function to ask about.
  const { arn } = await shared.key(keyId).catch(() => ({ arn: null }));
  return arn === deps.primaryKeyId;
}
