/** `npm run audit:verify`: says whether the audit's chains are intact. */
import { runAuditVerify } from './audit-verify/run.ts';

process.exitCode = await runAuditVerify(process.argv.slice(2), process.env, {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
