import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Results } from './results.ts';

/** A picture that docs/performance.md shows. */
export interface Plot {
  readonly file: string;
  readonly svg: string;
}

/** Draws what was measured; what was not has no plot. */
export async function drawPlots(_results: Results): Promise<Plot[]> {
  return [];
}

export async function draw(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  return view.toSVG();
}
