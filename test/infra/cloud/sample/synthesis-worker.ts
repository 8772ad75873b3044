/** Has the twin bring up the sample in place of this project's own app. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { bundleFunctions } from '../../../../infra/cloud/bundle.ts';
import type { Configuration } from '../../../../lib/config/configuration.ts';
import { createSampleApp } from './app.ts';
import { mergeTemplates } from './merge-templates.ts';

const { configuration, outdir } = workerData as { configuration: Configuration; outdir: string };
const functionCode = join(outdir, 'bundles');
const consumerCode = join(outdir, 'consumer');

bundleFunctions(functionCode);
buildSync({
  entryPoints: [fileURLToPath(new URL('./consumer.ts', import.meta.url))],
  outfile: join(consumerCode, 'index.mjs'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
const { app, platform, reports } = createSampleApp({ outdir, configuration, functionCode, consumerCode });
const assembly = app.synth();
const templates = [platform, reports].map(
  ({ artifactId }) => assembly.getStackArtifact(artifactId).template as unknown,
);
parentPort?.postMessage({ template: mergeTemplates(templates), assemblyDir: assembly.directory });
