import { parentPort, workerData } from 'node:worker_threads';
import type { Configuration } from '../../lib/config/configuration.ts';
import { createApp, synthesize } from '../cloud/synthesize.ts';

const { configuration, outdir } = workerData as { configuration: Configuration; outdir: string };
// The review by cdk-nag belongs to a deployment; here it would double the time to start.
const { template, assemblyDir } = synthesize(createApp(outdir), { configuration, isReviewed: false });
parentPort?.postMessage({ template, assemblyDir });
