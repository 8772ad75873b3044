import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';

const environment = z.object({ ZOHO_TOKEN_SECRET_ID: z.string(), ZOHO_PATH: z.string() }).parse(process.env);
const tokenSchema = z.object({ accessToken: z.string(), apiDomain: z.string() });
const secretsManager = new SecretsManagerClient({});

/** What it is invoked with: an event of EventBridge, or, from a test, another secret than its own. */
interface Trigger {
  readonly 'detail-type'?: string;
  readonly secretId?: string;
}

/** A consumer of one connection: calls Zoho with the access token, and tells what Zoho answered. */
export async function handler(trigger: Trigger): Promise<{ status: number }> {
  const SecretId = trigger.secretId ?? environment.ZOHO_TOKEN_SECRET_ID;
  const { SecretString = '' } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  const { accessToken, apiDomain } = tokenSchema.parse(JSON.parse(SecretString));
  const { status } = await fetch(`${apiDomain}${environment.ZOHO_PATH}`, {
    headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
  });
  console.log(JSON.stringify({ message: 'Zoho answered', status, trigger: trigger['detail-type'] ?? null }));
  return { status };
}
