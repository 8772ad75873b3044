/** `npm run drill`: plays the loss of everything on the twin, and the way back, as a timeline. */
import { runDrill } from './drill/run.ts';

process.exitCode = await runDrill({ print: (line) => process.stdout.write(`${line}\n`) });
