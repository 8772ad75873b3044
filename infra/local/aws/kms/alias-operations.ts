import { AwsError } from '../service.ts';
import * as inputs from './inputs.ts';
import { defineOperation, type Operation } from './inputs.ts';
import { isAwsAliasName, type KeyStore } from './key-store.ts';
import { epochSeconds, KEY_SPECS, type Key } from './keys.ts';

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html */
export function aliasOperations(store: KeyStore): Record<string, Operation> {
  return {
    CreateAlias: defineOperation(inputs.aliasTargetSchema, ({ AliasName, TargetKeyId }) => {
      if (isAwsAliasName(AliasName)) {
        throw new AwsError(
          'InvalidAliasNameException',
          'Alias names that begin with alias/aws/ are reserved.',
        );
      }
      store.createAlias(AliasName, findTarget(TargetKeyId).id);
      return {};
    }),

    UpdateAlias: defineOperation(inputs.aliasTargetSchema, ({ AliasName, TargetKeyId }) => {
      const alias = findOwnAlias(AliasName);
      const target = findTarget(TargetKeyId);
      refuseOtherKind(store.findKey(alias.keyId), target);
      Object.assign(alias, { keyId: target.id, updatedAtMs: store.nowMs() });
      store.save();
      return {};
    }),

    DeleteAlias: defineOperation(inputs.aliasNameSchema, ({ AliasName }) => {
      store.deleteAlias(findOwnAlias(AliasName));
      return {};
    }),

    ListAliases: defineOperation(inputs.listAliasesSchema, ({ KeyId }) => {
      const wanted = KeyId === undefined ? null : store.findKey(KeyId).id;
      return {
        Aliases: store.aliases
          .filter(({ keyId }) => wanted === null || keyId === wanted)
          .map(({ name, keyId, createdAtMs, updatedAtMs }) => ({
            AliasName: name,
            AliasArn: store.aliasArn(name),
            TargetKeyId: keyId,
            CreationDate: epochSeconds(createdAtMs),
            LastUpdatedDate: epochSeconds(updatedAtMs),
          })),
        Truncated: false,
      };
    }),
  };

  function findOwnAlias(name: string) {
    if (!isAwsAliasName(name)) return store.findAlias(name);
    throw new AwsError('AccessDeniedException', `${store.aliasArn(name)} is managed by AWS.`);
  }

  function findTarget(keyId: string): Key {
    const key = store.findCustomerKey(keyId);
    store.refusePendingDeletion(key);
    return key;
  }
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html */
function refuseOtherKind(current: Key, target: Key): void {
  if (KEY_SPECS[current.keySpec].keyUsage === KEY_SPECS[target.keySpec].keyUsage) return;
  throw new AwsError('ValidationException', 'The current and the new key must have the same key usage.');
}
