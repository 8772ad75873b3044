import * as z from 'zod';

const SECRET = 'AWS::SecretsManager::Secret';
const secretSchema = z.looseObject({
  Type: z.literal(SECRET),
  Properties: z.looseObject({ Name: z.string(), Description: z.string() }),
});
const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});

/**
 * A template of more connections than CloudFormation's 500 resources have room for: what stands in it for one of them, its
 * secrets, stands in it for others as well.
 *
 * @param template a synthesised one, as parsed JSON
 * @param model the id of a connection that it has
 * @param others the ids of the connections that are added
 */
export function growTemplate(template: unknown, model: string, others: readonly string[]): object {
  const parsed = templateSchema.parse(template);
  const models = Object.entries(parsed.Resources)
    .filter(([, { Type }]) => Type === SECRET)
    .map(([logicalId, resource]) => [logicalId, secretSchema.parse(resource)] as const)
    .filter(([, { Properties }]) => Properties.Name.startsWith(`zoho/${model}/`));
  const grown = others.flatMap((id, index) =>
    models.map(([logicalId, { Properties, ...secret }]) => {
      const { Name, Description } = Properties;
      const renamed = {
        Name: Name.replace(`zoho/${model}/`, `zoho/${id}/`),
        Description: Description.replace(`"${model}"`, `"${id}"`),
      };
      return [`${logicalId}${index}`, { ...secret, Properties: { ...Properties, ...renamed } }];
    }),
  );
  return { ...parsed, Resources: { ...parsed.Resources, ...Object.fromEntries(grown) } };
}
