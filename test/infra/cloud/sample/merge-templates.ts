import * as z from 'zod';

const templateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), z.unknown()),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
});
type Template = z.infer<typeof templateSchema>;

/**
 * Stacks of one account as one template: what one exports and another imports becomes a reference within. The twin deploys
 * one stack.
 *
 * @throws {Error} where two have a resource of the same logical id, or an export is missing
 */
export function mergeTemplates(templates: readonly unknown[]): object {
  const parsed = templates.map((template) => templateSchema.parse(template));
  const exports = new Map(parsed.flatMap(exportsOf));
  return {
    Parameters: Object.assign({}, ...parsed.map(({ Parameters }) => Parameters)),
    Resources: resolveImports(mergeResources(parsed), exports),
    Outputs: Object.assign({}, ...parsed.map(({ Outputs }) => Outputs)),
  };
}

function exportsOf({ Outputs }: Template): [string, unknown][] {
  return Object.values(Outputs).flatMap(({ Value, Export }): [string, unknown][] =>
    Export ? [[Export.Name, Value]] : [],
  );
}

function mergeResources(templates: readonly Template[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const [logicalId, resource] of templates.flatMap(({ Resources }) => Object.entries(Resources))) {
    if (logicalId in merged && !logicalId.startsWith('CDKMetadata'))
      throw new Error(`Two of the stacks have a ${logicalId}.`);
    merged[logicalId] = resource;
  }
  return merged;
}

function resolveImports(value: unknown, exports: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveImports(item, exports));
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::ImportValue' in value) {
    const name = String(value['Fn::ImportValue']);
    if (!exports.has(name)) throw new Error(`No stack exports ${name}.`);
    return exports.get(name);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveImports(item, exports)] as const),
  );
}
