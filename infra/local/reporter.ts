import {
  isWorthShowing,
  type LogLine,
  parseLogLine,
  renderLine,
  renderReady,
  type TwinAddresses,
  toJsonEvent,
} from './console.ts';
import type { LogObserver } from './lambda/lambda.ts';
import { type MetricsReport, parseMetrics, toMetricsEvent } from './metrics.ts';

export interface ReporterOptions {
  readonly json: boolean;
  readonly color: boolean;
  readonly speed: number;
  /** Where the shell's variables stand. */
  readonly variablesFile: string;
  /** The one to show as an example. */
  readonly connection: string;
}

/** What is told while the twin runs. */
export interface Reporter {
  /** @param readyAfterMs how long it took to come up */
  onReady(twin: TwinAddresses, readyAfterMs: number): void;
  readonly onLog: LogObserver;
}

/** Tells on standard output what happens: as lines for a person, or as JSON for a script. */
export function createReporter(options: ReporterOptions): Reporter {
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  const show = (line: LogLine) =>
    print(options.json ? JSON.stringify(toJsonEvent(line)) : renderLine(line, options));
  const tell = (report: MetricsReport) => {
    if (options.json) print(JSON.stringify(toMetricsEvent(report)));
  };

  return {
    onReady: (twin, readyAfterMs) => {
      const { api, console, inbox, zoho, runbooks, aws, adminToken } = twin;
      const addresses = { api, console, inbox, zoho, runbooks, aws, adminToken };
      print(
        options.json
          ? JSON.stringify({ event: 'ready', ...addresses, readyAfterMs })
          : renderReady(addresses, { ...options, readyAfterMs }),
      );
    },
    onLog: (_functionName, text) => {
      const reports = parseMetrics(text);
      if (reports) return reports.forEach(tell);
      const line = parseLogLine(text);
      if (line && isWorthShowing(line)) show(line);
    },
  };
}
