import * as z from 'zod';
import { createZohoTokenReader } from '../../../../lib/client/index.ts';

const environment = z.object({ ZOHO_TOKEN_SECRET_ID: z.string(), ZOHO_PATH: z.string() }).parse(process.env);
// Once, outside the handler: invocations share what it keeps.
const ownConnection = createZohoTokenReader({ secretId: environment.ZOHO_TOKEN_SECRET_ID });

/** What it is invoked with: an event of EventBridge, or, by a test, the secret that it is to try. */
interface Trigger {
  readonly 'detail-type'?: string;
  readonly secretId?: string;
}

/** A consumer of one connection: calls Zoho with the access token, and tells what Zoho answered. */
export async function handler({ secretId, ...trigger }: Trigger): Promise<{ status: number }> {
  const zoho = secretId === undefined ? ownConnection : createZohoTokenReader({ secretId });
  const { status } = await zoho.zohoFetch(environment.ZOHO_PATH);
  console.log(JSON.stringify({ message: 'Zoho answered', status, event: trigger['detail-type'] ?? null }));
  return { status };
}
