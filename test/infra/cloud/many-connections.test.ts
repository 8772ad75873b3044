import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONFIGURATION_FILE } from '../../../infra/cloud/function-code.ts';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { aConfiguration, synthesizeStack } from './synthesis.ts';

const CLOUDFORMATION_MAX_RESOURCES = 500;
const LAMBDA_MAX_ENVIRONMENT_BYTES = 4_096;
const IAM_MAX_ROLE_POLICY_CHARACTERS = 10_240;

it('175 connections fit into one stack, its environments and its policies', () => {
  const stack = synthesizeStack(175);
  try {
    const { Resources } = stack.template as { Resources: Record<string, object> };
    expect(Object.keys(Resources).length).toBeLessThan(CLOUDFORMATION_MAX_RESOURCES);
    for (const { Properties } of Object.values(stack.assertions.findResources('AWS::Lambda::Function'))) {
      expect(JSON.stringify(Properties.Environment).length).toBeLessThan(LAMBDA_MAX_ENVIRONMENT_BYTES);
      const asset = `asset.${Properties.Code.S3Key.replace('.zip', '')}`;
      const path = join(stack.assemblyDir, asset, CONFIGURATION_FILE);
      expect(parseConfiguration(readFileSync(path, 'utf8'), path)).toEqual(aConfiguration(175));
    }
    for (const { Properties } of Object.values(stack.assertions.findResources('AWS::IAM::Policy'))) {
      expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(IAM_MAX_ROLE_POLICY_CHARACTERS);
    }
  } finally {
    stack.dispose();
  }
});
