import * as z from 'zod';

const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

/** A CloudFormation template as far as the twin reads it. */
export type Template = z.infer<typeof templateSchema>;

/** The template holds something that the twin cannot bring up; the message names the logical id. */
export class TemplateError extends Error {
  readonly code = 'TEMPLATE_UNSUPPORTED';
}

export function parseTemplate(template: unknown): Template {
  const result = templateSchema.safeParse(template);
  if (result.success) return result.data;
  throw new TemplateError(`the synthesised template is malformed: ${z.prettifyError(result.error)}`);
}

/** What `Ref` and `Fn::GetAtt` give for a resource that stands. */
export interface PhysicalResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TemplateAccount {
  readonly accountId: string;
  readonly region: string;
}

const STACK_NAME = 'local';
/** `Ref: AWS::NoValue` removes the property that it stands for. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Resolves CloudFormation's intrinsic functions, as far as references point to resources that stand already.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export class TemplateResolver {
  readonly #references: Map<string, string | typeof NO_VALUE>;
  readonly #resources = new Map<string, PhysicalResource>();

  constructor(template: Template, { accountId, region }: TemplateAccount) {
    this.#references = new Map<string, string | typeof NO_VALUE>([
      ['AWS::AccountId', accountId],
      ['AWS::Region', region],
      ['AWS::Partition', 'aws'],
      ['AWS::URLSuffix', 'amazonaws.com'],
      ['AWS::StackName', STACK_NAME],
      ['AWS::StackId', `arn:aws:cloudformation:${region}:${accountId}:stack/${STACK_NAME}/local`],
      ['AWS::NoValue', NO_VALUE],
    ]);
    for (const [name, { Default }] of Object.entries(template.Parameters)) {
      if (Default !== undefined) this.#references.set(name, String(Default));
    }
  }

  /** From now on, references to the resource resolve. */
  provide(logicalId: string, resource: PhysicalResource): void {
    this.#resources.set(logicalId, resource);
    this.#references.set(logicalId, resource.ref);
  }

  /**
   * @param value any part of the template
   * @param logicalId whose part it is, for errors
   * @throws {TemplateError} for an intrinsic that the twin does not know, or a reference to what does not stand
   */
  resolve(value: unknown, logicalId: string): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item, logicalId)).filter((item) => item !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [];
    const isIntrinsic = entries.length === 1 && (name === 'Ref' || name?.startsWith('Fn::'));
    if (isIntrinsic) return this.#evaluate(name as string, argument, logicalId);
    const resolved = entries.map(([key, item]) => [key, this.resolve(item, logicalId)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
  }

  #evaluate(name: string, argument: unknown, logicalId: string): unknown {
    switch (name) {
      case 'Ref':
        return this.#reference(String(argument), logicalId);
      case 'Fn::GetAtt':
        return this.#attribute(argument, logicalId);
      case 'Fn::Sub':
        return this.#substitute(argument, logicalId);
      case 'Fn::Join': {
        const [separator, parts] = this.resolve(argument, logicalId) as [string, string[]];
        return parts.join(separator);
      }
      case 'Fn::Select': {
        const [index, items] = this.resolve(argument, logicalId) as [number | string, unknown[]];
        return items[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = this.resolve(argument, logicalId) as [string, string];
        return text.split(separator);
      }
      default:
        throw new TemplateError(`${logicalId} uses ${name}, which the twin does not know`);
    }
  }

  #reference(name: string, logicalId: string): unknown {
    const value = this.#references.get(name);
    if (value === undefined) {
      throw new TemplateError(`${logicalId} refers to ${name}, which does not stand when it is needed`);
    }
    return value;
  }

  #attribute(argument: unknown, logicalId: string): string {
    const [target, attribute] =
      typeof argument === 'string' ? argument.split(/\.(.*)/) : (argument as string[]);
    const value = this.#resources.get(target ?? '')?.attributes[attribute ?? ''];
    if (value === undefined) {
      throw new TemplateError(`${logicalId} asks for ${target}.${attribute}, which the twin does not know`);
    }
    return value;
  }

  #substitute(argument: unknown, logicalId: string): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, object];
    const given = new Map(Object.entries(this.resolve(variables, logicalId) as object));
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (given.has(name)) return String(given.get(name));
      return String(name.includes('.') ? this.#attribute(name, logicalId) : this.#reference(name, logicalId));
    });
  }
}
