/** `npm start`: brings the whole system up on this machine and tells what happens. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const OLDEST_NODE = 24;
const DATA_FOLDER = '.local';
const VARIABLES_FILE = join(DATA_FOLDER, 'env');

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `This needs Node.js ${OLDEST_NODE} or newer, and runs on ${process.version}. Start it with "npm start".\n`,
  );
  process.exit(1);
}

const { readConfiguration } = await import('../../lib/config/configuration.ts');
const { renderShellVariables } = await import('./console.ts');
const { assertFolderFree, DataFolder } = await import('./data-folder.ts');
const { assertPortFree } = await import('./http-server.ts');
const { defaultConfigurationPath, HELP, parseCommandLine } = await import('./options.ts');
const { createReporter } = await import('./reporter.ts');

/** What to do, by the error's code, where its text does not say so. */
const ADVICE = new Map<string | undefined, string>([
  ['PORT_TAKEN', '. Stop it, or choose another port with --port N'],
  ...[
    'CONFIGURATION_INVALID',
    'DATA_FOLDER_UNUSABLE',
    'USAGE',
    'TEMPLATE_UNSUPPORTED',
    'SYNTHESIS_FAILED',
  ].map((code) => [code, ''] as const),
]);

// A reader that has seen enough, such as "head", ends the twin; it is no fault.
process.stdout.on('error', () => process.exit(0));
process.on('uncaughtException', stopFor);
try {
  await main();
} catch (error) {
  stopFor(error);
}

function stopFor(error: unknown): never {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) return void process.stdout.write(HELP);
  const { port, speed, fresh, json } = commandLine;
  const path = commandLine.configuration ?? defaultConfigurationPath(resolve('cdk.json'));
  const configuration = readConfiguration(path);
  // A twin that runs already must not lose its data to --fresh.
  await assertPortFree(port);
  await assertFolderFree(resolve(DATA_FOLDER));
  const data = DataFolder.open(resolve(DATA_FOLDER), { fresh });
  const connection = configuration.connections[0]?.id ?? '';
  const { isTTY: color } = process.stdout;
  const reporter = createReporter({ json, color, speed, variablesFile: VARIABLES_FILE, connection });
  const { startTwin } = await import('./twin.ts');
  const twin = await startTwin({ configuration, data, apiPort: port, speed, onLog: reporter.onLog });
  stopOnSignal(twin.close);
  writeFileSync(VARIABLES_FILE, renderShellVariables(twin), { mode: 0o600 });
  reporter.onReady(twin, Math.round(performance.now()));
  twin.startSchedules();
}

function stopOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
}

/** One clear sentence. */
function explain(error: unknown): string {
  const { message, code } = error as { message: string; code?: string };
  const advice = ADVICE.get(code) ?? `. If the data in ${DATA_FOLDER} are damaged, start over with --fresh`;
  return `Cannot start: ${message}${advice}`;
}
