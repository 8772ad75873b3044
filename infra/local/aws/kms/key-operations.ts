import { AwsError } from '../service.ts';
import * as inputs from './inputs.ts';
import { defineOperation, type Operation } from './inputs.ts';
import type { KeyStore } from './key-store.ts';
import {
  daysLater,
  epochSeconds,
  KEY_SPECS,
  type Key,
  keyMetadataOf,
  keySpecSchema,
  rotationStatusOf,
} from './keys.ts';

/**
 * What is done to keys and told about them.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html which state allows what
 */
export function keyOperations(store: KeyStore): Record<string, Operation> {
  const metadataOf = (key: Key) => keyMetadataOf(key, store.keyArn(key.id), store.accountId);

  return {
    CreateKey: defineOperation(inputs.createKeySchema, ({ KeySpec, KeyUsage, Description, ...kind }) => {
      const known = keySpecSchema.safeParse(KeySpec);
      if (!known.success || kind.Origin !== 'AWS_KMS' || kind.MultiRegion) {
        throw new AwsError(
          'UnsupportedOperationException',
          'The twin has symmetric and HMAC keys of one region with key material of its own only.',
        );
      }
      const keySpec = known.data;
      refuseOtherUsage(keySpec, KeyUsage);
      const key = store.createKey({ keySpec, description: Description, keyManager: 'CUSTOMER' });
      return { KeyMetadata: metadataOf(key) };
    }),

    DescribeKey: defineOperation(inputs.keyIdSchema, ({ KeyId }) => ({
      KeyMetadata: metadataOf(store.resolveKey(KeyId)),
    })),

    ListKeys: defineOperation(inputs.nothingSchema, () => ({
      Keys: store.keys.map(({ id }) => ({ KeyId: id, KeyArn: store.keyArn(id) })),
      Truncated: false,
    })),

    EnableKey: defineOperation(inputs.keyIdSchema, ({ KeyId }) => setEnabled(KeyId, true)),

    DisableKey: defineOperation(inputs.keyIdSchema, ({ KeyId }) => setEnabled(KeyId, false)),

    ScheduleKeyDeletion: defineOperation(inputs.scheduleKeyDeletionSchema, (input) => {
      const { KeyId, PendingWindowInDays } = input;
      const key = store.findCustomerKey(KeyId);
      store.refusePendingDeletion(key);
      const deletionAtMs = daysLater(store.nowMs(), PendingWindowInDays);
      // Disabled, so that a key whose deletion is cancelled comes back as such.
      Object.assign(key, { deletionAtMs, enabled: false });
      store.save();
      return {
        KeyId: store.keyArn(key.id),
        DeletionDate: epochSeconds(deletionAtMs),
        KeyState: 'PendingDeletion',
        PendingWindowInDays,
      };
    }),

    CancelKeyDeletion: defineOperation(inputs.keyIdSchema, ({ KeyId }) => {
      const key = store.findCustomerKey(KeyId);
      if (key.deletionAtMs === null) {
        throw new AwsError('KMSInvalidStateException', `${store.keyArn(key.id)} is not pending deletion.`);
      }
      key.deletionAtMs = null;
      store.save();
      return { KeyId: store.keyArn(key.id) };
    }),

    GetKeyRotationStatus: defineOperation(inputs.keyIdSchema, ({ KeyId }) => {
      const key = store.findKey(KeyId);
      refuseUnrotatable(key);
      return rotationStatusOf(key, store.nowMs());
    }),

    EnableKeyRotation: defineOperation(inputs.enableKeyRotationSchema, ({ KeyId, RotationPeriodInDays }) =>
      setRotation(KeyId, { periodInDays: RotationPeriodInDays, startedAtMs: store.nowMs() }),
    ),

    DisableKeyRotation: defineOperation(inputs.keyIdSchema, ({ KeyId }) => setRotation(KeyId, null)),
  };

  function setEnabled(keyId: string, enabled: boolean): object {
    const key = store.findCustomerKey(keyId);
    store.refusePendingDeletion(key);
    key.enabled = enabled;
    store.save();
    return {};
  }

  function setRotation(keyId: string, rotation: Key['rotation']): object {
    const key = store.findCustomerKey(keyId);
    store.refuseUnlessEnabled(key);
    refuseUnrotatable(key);
    key.rotation = rotation;
    store.save();
    return {};
  }

  function refuseUnrotatable({ id, keySpec }: Key): void {
    if (keySpec === 'SYMMETRIC_DEFAULT') return;
    throw new AwsError(
      'UnsupportedOperationException',
      `${store.keyArn(id)} key spec is ${keySpec} which is not valid for rotation.`,
    );
  }
}

/** Every spec has one usage; only that of a symmetric key goes without saying. */
function refuseOtherUsage(keySpec: keyof typeof KEY_SPECS, keyUsage: string | undefined): void {
  if (keyUsage === undefined && keySpec !== 'SYMMETRIC_DEFAULT') {
    throw new AwsError(
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    );
  }
  if (keyUsage !== undefined && keyUsage !== KEY_SPECS[keySpec].keyUsage) {
    throw new AwsError(
      'ValidationException',
      `KeyUsage ${keyUsage} is not compatible with KeySpec ${keySpec}`,
    );
  }
}
