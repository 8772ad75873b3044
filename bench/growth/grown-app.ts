/** Has the twin bring up a stack of any number of connections: that of one, grown. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { CONFIGURATION_FILE } from '../../infra/cloud/function-code.ts';
import { createApp, synthesize } from '../../infra/cloud/synthesize.ts';
import type { Configuration } from '../../lib/config/configuration.ts';
import { growTemplate } from './grow-template.ts';

const { configuration, outdir } = workerData as { configuration: Configuration; outdir: string };
const [model, ...others] = configuration.connections;
if (!model) throw new Error('There is no connection to grow.');

const { template, assemblyDir } = synthesize(createApp(outdir), {
  configuration: { ...configuration, connections: [model] },
  isReviewed: false,
});
for (const asset of readdirSync(assemblyDir)) {
  const file = join(assemblyDir, asset, CONFIGURATION_FILE);
  if (existsSync(file)) writeFileSync(file, JSON.stringify(configuration));
}
const ids = others.map(({ id }) => id);
parentPort?.postMessage({ template: growTemplate(template, model.id, ids), assemblyDir });
