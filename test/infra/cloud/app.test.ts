import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp, synthesize } from '../../../infra/cloud/synthesize.ts';
import { ALERTS } from '../../support/builders.ts';
import { aConfiguration } from './synthesis.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the app as the CDK CLI does. */
function runApp(configuration: string): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    CDK_OUTDIR: join(folder, 'out'),
    CDK_CONTEXT_JSON: JSON.stringify({ configuration }),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['infra/cloud/app.ts'], { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe('the CDK app', () => {
  it('has no finding of cdk-nag, and tells the bundles’ sizes', async () => {
    const path = join(folder, 'good.json');
    writeFileSync(path, JSON.stringify(aConfiguration(1)));
    const { status, stdout, stderr } = await runApp(path);
    expect(stderr).toMatch(
      /^(bundle (refresh|sweep|anchor|alerts|admin-api|admin-operations|oauth-callback|health-check|console): [\d,]+ bytes\n){9}review: cdk-nag \(AwsSolutions\) has no finding\n$/,
    );
    expect([status, stdout]).toEqual([0, '']);
    const report = JSON.parse(readFileSync(join(folder, 'out', 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toEqual([]);
  });

  it('would fail for a finding: the review runs unless it is left out', () => {
    const app = createApp(join(folder, 'planted'));
    new Bucket(new Stack(app, 'Planted'), 'Bucket');
    expect(() => synthesize(app, { configuration: aConfiguration(1) })).toThrow(/AwsSolutions-S1/);
  });

  it('refuses a broken configuration by the path of the field', async () => {
    const path = join(folder, 'bad.json');
    const [connection] = aConfiguration(1).connections;
    writeFileSync(
      path,
      JSON.stringify({ connections: [{ ...connection, dataCenter: 'mars' }], alerts: ALERTS }),
    );
    const { status, stderr } = await runApp(path);
    expect(stderr).toMatch(/^Cannot synthesise: .*bad\.json is not a valid configuration:\n/);
    expect(stderr).toContain('connections[0].dataCenter: expected one of us, eu');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });
});
