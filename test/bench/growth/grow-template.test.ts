import { expect, it } from 'vitest';
import { growTemplate } from '../../../bench/growth/grow-template.ts';
import { synthesizeStack } from '../../infra/cloud/synthesis.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Name?: string };
}

const SECRET = 'AWS::SecretsManager::Secret';

function resourcesOf(template: unknown): Resource[] {
  return Object.values((template as { Resources: Record<string, Resource> }).Resources);
}

function secretsOf(template: unknown): Resource[] {
  const secrets = resourcesOf(template).filter(({ Type }) => Type === SECRET);
  return secrets.sort((a, b) => String(a.Properties?.Name).localeCompare(String(b.Properties?.Name)));
}

it('a template that was grown has what one has that was synthesised', () => {
  const one = synthesizeStack(1);
  const three = synthesizeStack(3);
  try {
    const grown = growTemplate(one.template, 'crm-0', ['crm-1', 'crm-2']);
    expect(secretsOf(grown)).toEqual(secretsOf(three.template));
    const kinds = (template: unknown) =>
      resourcesOf(template)
        .map(({ Type }) => Type)
        .sort();
    expect(kinds(grown)).toEqual(kinds(three.template));
  } finally {
    one.dispose();
    three.dispose();
  }
}, 60_000);
