import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { synthesizeAside } from '../../infra/local/synthesis.ts';
import type { Configuration } from '../../lib/config/configuration.ts';

/** What a stack is charged for by the month, whatever happens in it. */
export interface Standing {
  readonly keys: number;
  /** Of all alarms together: each is charged by the metrics that it looks at. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z
        .looseObject({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() })
        .optional(),
    }),
  ),
});

/** Counts it in the very template that is deployed. */
export async function countStanding(configuration: Configuration): Promise<Standing> {
  const folder = mkdtempSync(join(tmpdir(), 'standing-'));
  try {
    const { template } = await synthesizeAside(configuration, folder);
    return standingOf(template);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function standingOf(template: unknown): Standing {
  const resources = Object.values(templateSchema.parse(template).Resources);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const alarmMetrics = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) =>
    // One that looks at a single metric names it without a list.
    Properties?.Metrics ? Properties.Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1,
  );
  return {
    keys: ofType('AWS::KMS::Key').length,
    alarmMetrics: alarmMetrics.reduce((sum, count) => sum + count, 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
  };
}
