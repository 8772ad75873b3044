import { setTimeout as delay } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Twin } from '../../infra/local/twin.ts';
import { accessTokenSchema } from '../../lib/domain/access-token.ts';

const PAUSE_MS = 200;

/** A Lambda that calls Zoho's CRM all the time, with whatever token it finds. */
export interface Consumer {
  /** The generation whose token Zoho took at the last call; null when the call failed. */
  lastGeneration(): number | null;
  /** Such as `The consumer made 120 calls, of which 14 failed.` */
  summary(): string;
  stop(): Promise<void>;
}

export function startConsumer(twin: Pick<Twin, 'aws'>): Consumer {
  const secretsManager = new SecretsManagerClient({
    endpoint: twin.aws.endpoint,
    region: twin.aws.region,
    credentials: { accessKeyId: 'consumer', secretAccessKey: 'any' },
  });
  const calls = { made: 0, failed: 0 };
  let last: number | null = null;
  let isStopped = false;

  const running = (async () => {
    while (!isStopped) {
      last = await callZoho(secretsManager);
      calls.made += 1;
      if (last === null) calls.failed += 1;
      await delay(PAUSE_MS);
    }
  })();
  return {
    lastGeneration: () => last,
    summary: () => `The consumer made ${calls.made} calls, of which ${calls.failed} failed.`,
    stop: async () => {
      isStopped = true;
      await running;
      secretsManager.destroy();
    },
  };
}

async function callZoho(secretsManager: SecretsManagerClient): Promise<number | null> {
  try {
    const { SecretString } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: 'zoho/crm/access-token' }),
    );
    const { accessToken, apiDomain, generation } = accessTokenSchema.parse(JSON.parse(SecretString ?? ''));
    const response = await fetch(`${apiDomain}/crm/v8/org`, {
      headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
    });
    await response.arrayBuffer();
    return response.ok ? generation : null;
  } catch {
    return null;
  }
}
