import * as z from 'zod';
import { callAsOperator, type Provisioner, parseProperties, unless } from './context.ts';

const keySchema = z.object({
  Description: z.string().optional(),
  KeySpec: z.string().optional(),
  KeyUsage: z.string().optional(),
});
const keyAnswerSchema = z.object({ KeyMetadata: z.object({ KeyId: z.string(), Arn: z.string() }) });
const aliasSchema = z.object({ AliasName: z.string(), TargetKeyId: z.string() });

/** A key made in an earlier run is found again by an alias that bears its logical id. */
export const provisionKey: Provisioner = async (logicalId, properties, { kms }) => {
  const input = parseProperties(logicalId, keySchema, properties);
  const AliasName = `alias/template/${logicalId}`;
  const known = await unless('NotFoundException', () =>
    callAsOperator(kms, 'DescribeKey', { KeyId: AliasName }, keyAnswerSchema),
  );
  const { KeyMetadata } = known ?? (await callAsOperator(kms, 'CreateKey', input, keyAnswerSchema));
  const { KeyId, Arn } = KeyMetadata;
  if (!known) await callAsOperator(kms, 'CreateAlias', { AliasName, TargetKeyId: KeyId }, z.unknown());
  return { ref: KeyId, attributes: { Arn, KeyId } };
};

export const provisionKeyAlias: Provisioner = async (logicalId, properties, { kms }) => {
  const { AliasName, TargetKeyId } = parseProperties(logicalId, aliasSchema, properties);
  await unless('AlreadyExistsException', () =>
    callAsOperator(kms, 'CreateAlias', { AliasName, TargetKeyId: keyIdOf(TargetKeyId) }, z.unknown()),
  );
  return { ref: AliasName, attributes: {} };
};

/** A key's id, from the id itself or from its ARN. */
function keyIdOf(idOrArn: string): string {
  return idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
}
