import type { Journey, Passage } from '../../../test/support/faults/journey.ts';
import { meet, TAKES_MS } from '../../../test/support/faults/trouble.ts';
import type { Conditions } from '../conditions.ts';
import type { How, Service } from '../fault-model.ts';

/** Which services a call needs, by the beginning of its name. What Secrets Manager holds, KMS decrypts. */
const NEEDS: Readonly<Record<string, readonly Service[]>> = {
  'Zoho.probe': ['api'],
  Zoho: ['accounts'],
  SecretsManager: ['secretsManager', 'kms'],
  DynamoDB: ['dynamodb'],
  KMS: ['kms'],
  S3: ['s3'],
  EventBridge: ['eventBridge'],
};

/** Every call meets what its services suffer from in that minute, and takes its time. */
export function weather(
  conditions: Conditions,
  world: { advance(ms: number): void },
  minuteNow: () => number,
): Passage {
  return (journey) => {
    world.advance(TAKES_MS[journey.to]);
    const how = howOf(conditions, journey, minuteNow());
    return how === null || how === 'still' ? journey.serve() : meet({ how }, journey, world);
  };
}

function howOf(conditions: Conditions, { call }: Journey, minute: number): How | null {
  const needs = NEEDS[call] ?? NEEDS[call.split('.', 1)[0] ?? ''];
  if (!needs) throw new Error(`Nothing is known of what ${call} needs: add it to NEEDS.`);
  for (const service of needs) {
    const how = conditions.at(service, minute);
    if (how !== null) return how;
  }
  return null;
}
