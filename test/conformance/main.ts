/** `npm run test:conformance`: the suite against an endpoint that somebody names. */
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { assertReachable, type ConformanceRun, HELP, parseCommandLine, UsageError } from './options.ts';

declare module 'vitest' {
  interface ProvidedContext {
    conformance: ConformanceRun;
  }
}

try {
  const run = parseCommandLine(process.argv.slice(2), process.env);
  if (run) await check(run);
  else process.stdout.write(HELP);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`Cannot check: ${error.message}\n`);
  process.exitCode = 1;
}

/** Vitest itself sets the exit code when a check fails. */
async function check(run: ConformanceRun): Promise<void> {
  await assertReachable(run.endpoint);
  const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
  const vitest = await startVitest('test', [], { config, watch: false, provide: { conformance: run } });
  await vitest.close();
}
