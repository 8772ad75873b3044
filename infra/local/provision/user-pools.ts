import * as z from 'zod';
import type { AppClient } from '../api/sign-in/app-client.ts';
import { arn, type Provisioner, parseProperties } from './context.ts';
import { servedHere } from './served-here.ts';

const clientSchema = z.object({
  UserPoolId: z.string(),
  CallbackURLs: z.array(z.string()).default([]),
  LogoutURLs: z.array(z.string()).default([]),
});

export const provisionUserPool: Provisioner = (logicalId, _properties, { account, issuerUrl }) => {
  const id = `${account.region}_${logicalId}`;
  return {
    ref: id,
    attributes: {
      Arn: arn('cognito-idp', account, `userpool/${id}`),
      UserPoolId: id,
      ProviderName: issuerUrl.replace(/^https?:\/\//, ''),
      ProviderURL: issuerUrl,
    },
  };
};

/** @param appClients collects the app clients whose tokens the authorizer takes */
export function createUserPoolClientProvisioner(appClients: AppClient[]): Provisioner {
  return (logicalId, properties, context) => {
    const { CallbackURLs, LogoutURLs } = parseProperties(logicalId, clientSchema, properties);
    const here = (urls: readonly string[]) => urls.map((url) => servedHere(url, context));
    appClients.push({ id: logicalId, callbackUrls: here(CallbackURLs), logoutUrls: here(LogoutURLs) });
    return { ref: logicalId, attributes: { ClientId: logicalId } };
  };
}
