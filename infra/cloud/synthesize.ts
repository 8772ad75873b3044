import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import type { Configuration } from '../../lib/config/configuration.ts';
import { assertBundleSizes, type BuiltBundle, bundleFunctions } from './bundle.ts';
import { ZohoTokenRecoveryStack } from './stack.ts';

const STACK_NAME = 'ZohoTokenRecovery';
const CDK_JSON = fileURLToPath(new URL('../../cdk.json', import.meta.url));

export interface Synthesis {
  readonly bundles: readonly BuiltBundle[];
  /** Whether cdk-nag has looked at it, and found nothing. */
  readonly isReviewed: boolean;
  /** The synthesised template, as parsed JSON. */
  readonly template: unknown;
  /** The folder that holds the template's assets. */
  readonly assemblyDir: string;
}

/**
 * A CDK app with the settings of cdk.json, whether the CDK CLI runs it or not: both get the same template.
 *
 * @param outdir where the assembly is written; the CDK CLI's own choice without it
 */
export function createApp(outdir?: string): App {
  const { context } = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(CDK_JSON, 'utf8')));
  return new App({ context, ...(outdir === undefined ? {} : { outdir }) });
}

/**
 * Synthesises the stack, and has it reviewed by cdk-nag's AwsSolutions pack: a finding fails it.
 *
 * @param options.isReviewed false leaves the review out, for a stack that is not deployed
 * @throws {BundleTooLargeError} and what CDK throws
 */
export function synthesize(
  app: App,
  options: { configuration: Configuration; isReviewed?: boolean },
): Synthesis {
  const { configuration, isReviewed = true } = options;
  const directory = join(app.outdir, 'bundles');
  try {
    const bundles = bundleFunctions(directory);
    assertBundleSizes(bundles);
    const stack = new ZohoTokenRecoveryStack(app, STACK_NAME, { configuration, functionCode: directory });
    if (isReviewed) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const assembly = app.synth();
    const { template } = assembly.getStackArtifact(stack.artifactId);
    return { bundles, isReviewed, template, assemblyDir: assembly.directory };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
