import * as z from 'zod';
import { callAsOperator, type Provisioner, parseProperties, unless } from './context.ts';

const secretSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  KmsKeyId: z.string().optional(),
  Tags: z.unknown().optional(),
});
const answerSchema = z.object({ ARN: z.string() });

/** A secret without a value: values come from an operator and from functions, never from a template. */
export const provisionSecret: Provisioner = async (logicalId, properties, { secretsManager }) => {
  const { Name = logicalId, Description, KmsKeyId } = parseProperties(logicalId, secretSchema, properties);
  const known = await unless('ResourceNotFoundException', () =>
    callAsOperator(secretsManager, 'DescribeSecret', { SecretId: Name }, answerSchema),
  );
  const input = { Name, Description, KmsKeyId };
  const { ARN } = known ?? (await callAsOperator(secretsManager, 'CreateSecret', input, answerSchema));
  return { ref: ARN, attributes: { Id: ARN } };
};
