import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Draws a plot without a browser; the same figures give the same bytes. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

/** What all plots look alike in: legible on a white and on a dark page. */
export const LOOK = {
  background: 'white',
  padding: 12,
  config: {
    font: 'system-ui, sans-serif',
    axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e5e5e5' },
    legend: { labelFontSize: 12, title: null, orient: 'right', labelLimit: 300, symbolType: 'stroke' },
    title: { fontSize: 14, anchor: 'start', fontWeight: 'bold', offset: 12 },
    view: { stroke: null },
  },
} as const satisfies Partial<TopLevelSpec>;
