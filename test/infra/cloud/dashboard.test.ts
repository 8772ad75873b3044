import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRIC_UNITS, METRICS_NAMESPACE } from '../../../lib/metrics/measurement.ts';
import { type Synthesised, synthesizeStack } from './synthesis.ts';

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly query?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
  };
}

let few: Synthesised;
let widgets: readonly Widget[];
beforeAll(() => {
  few = synthesizeStack(1);
  widgets = widgetsOf(few);
});
afterAll(() => few.dispose());

function widgetsOf(stack: Synthesised): readonly Widget[] {
  const dashboards = Object.values(stack.assertions.findResources('AWS::CloudWatch::Dashboard'));
  expect(dashboards).toHaveLength(1);
  const parts: unknown[] = dashboards[0]?.Properties.DashboardBody['Fn::Join'][1];
  const body = parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
  return JSON.parse(body).widgets;
}

/** The logical id in place of what it stands for. */
function nameOf(reference: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = reference as { Ref?: string; 'Fn::GetAtt'?: [string] };
  return Ref ?? attribute?.[0] ?? '';
}

const titled = (title: string) => widgets.find(({ properties }) => properties.title === title);

describe('the dashboard', () => {
  it.each(Object.keys(METRIC_UNITS))('shows %s', (name) => {
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .map((metric) => JSON.stringify(metric));
    const overAll = JSON.stringify([METRICS_NAMESPACE, name]).slice(0, -1);
    const searched = new RegExp(
      `SEARCH\\('\\{${METRICS_NAMESPACE},failureClass\\}.*MetricName=\\\\+"${name}\\\\+"`,
    );
    expect(shown.filter((metric) => metric.startsWith(overAll) || searched.test(metric))).toHaveLength(1);
  });

  it.each([
    ['How each connection stands, the worst first', ['MinutesLeft', 'Health']],
    ['What became of each connection’s refreshes', ['RefreshesSucceeded', 'RefreshFailures', 'Mints']],
  ])('“%s” is asked of every function’s log, where no metric has a connection', (title, names) => {
    const query = titled(title)?.properties.query ?? '';
    const groups = Object.keys(few.assertions.findResources('AWS::Logs::LogGroup', {}));
    for (const { Properties } of Object.values(few.assertions.findResources('AWS::Lambda::Function'))) {
      expect(groups).toContain(Properties.LoggingConfig.LogGroup.Ref);
      expect(query).toContain(`SOURCE '${Properties.LoggingConfig.LogGroup.Ref}'`);
    }
    expect(query).toContain('by connection');
    for (const name of names) expect(query).toMatch(new RegExp(`\\(${name}\\)`));
  });

  it('draws the line that a token should not fall below', () => {
    expect(
      titled('Minutes left, of the connection that has least')?.properties.annotations?.horizontal,
    ).toMatchObject([{ value: 8 }]);
  });

  it('shows every alarm, and the errors and the duration of every function', () => {
    const alarms = Object.keys(few.assertions.findResources('AWS::CloudWatch::Alarm'));
    expect([...(titled('Alarms')?.properties.alarms ?? [])].sort()).toEqual(alarms.sort());
    const functions = Object.keys(few.assertions.findResources('AWS::Lambda::Function')).sort();
    for (const [title, metric] of [
      ['Errors of functions', 'Errors'],
      ['Duration of functions', 'Duration'],
    ] as const) {
      const shown = titled(title)?.properties.metrics ?? [];
      expect(shown.every(([namespace, name]) => namespace === 'AWS/Lambda' && name === metric)).toBe(true);
      expect(shown.map(([, , , name]) => name).sort()).toEqual(functions);
    }
  });

  it('says how to read it, and is no larger with more connections', () => {
    expect(widgets[0]).toMatchObject({
      type: 'text',
      properties: { markdown: expect.stringContaining('Minutes left') },
    });
    const many = synthesizeStack(20);
    try {
      expect(widgetsOf(many)).toEqual(widgets);
    } finally {
      many.dispose();
    }
  });
});
