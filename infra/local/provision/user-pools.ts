import * as z from 'zod';
import { arn, type Provisioner, parseProperties } from './context.ts';

const clientSchema = z.object({ UserPoolId: z.string() });

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

/** @param clientIds collects the app clients whose tokens the authorizer takes */
export function createUserPoolClientProvisioner(clientIds: string[]): Provisioner {
  return (logicalId, properties) => {
    parseProperties(logicalId, clientSchema, properties);
    clientIds.push(logicalId);
    return { ref: logicalId, attributes: { ClientId: logicalId } };
  };
}
