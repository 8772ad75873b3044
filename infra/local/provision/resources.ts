import type * as z from 'zod';
import { type ProvisionContext, parseProperties } from './context.ts';

/** The resolved properties of a resource; what they refer to stands. */
export function propertiesOf(logicalId: string, { template, resolver }: ProvisionContext): unknown {
  return resolver.resolve(template.Resources[logicalId]?.Properties ?? {}, logicalId);
}

/** Every resource of a type, in the template's order. @throws {TemplateError} */
export function resourcesOf<T>(
  type: string,
  schema: z.ZodType<T>,
  context: ProvisionContext,
): { readonly logicalId: string; readonly properties: T }[] {
  return Object.entries(context.template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId]) => ({
      logicalId,
      properties: parseProperties(logicalId, schema, propertiesOf(logicalId, context)),
    }));
}
