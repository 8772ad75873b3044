/** `npm run backup:inspect FILE`: says what a backup's file says of itself. */
import { runBackupInspect } from './backup-inspect/run.ts';

process.exitCode = await runBackupInspect(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
