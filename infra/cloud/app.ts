/** The CDK app, run by the CDK CLI (cdk.json). */
import { readConfiguration } from '../../lib/config/configuration.ts';
import { describeBundle } from './bundle.ts';
import { createApp, synthesize } from './synthesize.ts';

try {
  const app = createApp();
  const configuration = readConfiguration(String(app.node.getContext('configuration')));
  const { bundles, isReviewed } = synthesize(app, { configuration });
  for (const bundle of bundles) process.stderr.write(`${describeBundle(bundle)}\n`);
  if (isReviewed) process.stderr.write('review: cdk-nag (AwsSolutions) has no finding\n');
} catch (error) {
  process.stderr.write(`Cannot synthesise: ${(error as Error).message}\n`);
  // At once: on its way out CDK would synthesise again whatever stands.
  process.exit(1);
}
