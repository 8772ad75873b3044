import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { createApp, type Synthesis, synthesize } from '../../../infra/cloud/synthesize.ts';
import type { Configuration } from '../../../lib/config/configuration.ts';
import { aConfigurationOf, aConnection } from '../../support/builders.ts';

export function aConfiguration(connections: number): Configuration {
  return aConfigurationOf({
    connections: Array.from({ length: connections }, (_, index) => aConnection({ id: `crm-${index}` })),
  });
}

/** A synthesised stack, until `dispose`. */
export interface Synthesised extends Synthesis {
  readonly assertions: Template;
  dispose(): void;
}

export function synthesizeStack(connections: number): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), 'synthesis-'));
  const synthesis = synthesize(createApp(outdir), {
    configuration: aConfiguration(connections),
    isReviewed: false,
  });
  return {
    ...synthesis,
    assertions: Template.fromJSON(synthesis.template as Record<string, unknown>),
    dispose: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
