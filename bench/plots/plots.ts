import type { TopLevelSpec } from 'vega-lite';
import type { Results } from '../results.ts';
import { growthPlot } from './growth-plot.ts';
import { renderSvg } from './render-svg.ts';
import { yearPlot } from './year-plot.ts';

const PLOTS: Readonly<Record<string, (figures: unknown) => TopLevelSpec>> = {
  growth: growthPlot,
  year: yearPlot,
};

/**
 * The plots of what was measured, as SVG.
 *
 * @returns by the name of the section that it shows
 */
export async function drawPlots(results: Results): Promise<ReadonlyMap<string, string>> {
  const drawn = new Map<string, string>();
  for (const [name, plot] of Object.entries(PLOTS)) {
    const result = results[name];
    if (result) drawn.set(name, await renderSvg(plot(result.figures)));
  }
  return drawn;
}
