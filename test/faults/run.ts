import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/** `npm run test:faults -- --runs 20000 --seed 7`: more random histories than fit into every run of the tests. */
const USAGE = `Lives through random histories (test/faults/histories.test.ts).

  --runs N    how many; 20000 without it
  --seed N    the seed that a failure names; a new one without it
  --path P    the path that a failure names: plays that one history again, shrunk
  --case C    plays one case of the crash matrix, by its name, instead

A failure prints the shortest history that it was shrunk to, with seed and path.`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    case: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const asked = {
    FAULT_RUNS: values.runs,
    FAULT_SEED: values.seed,
    FAULT_PATH: values.path,
    FAULT_CASE: values.case,
  };
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) process.env[name] = value;
  const files = values.case === undefined ? ['test/faults/histories.test.ts'] : ['test/faults/matrix-'];
  // One that is asked for once more needs no file of results.
  await startVitest('test', files, { config: 'test/vitest.config.ts', watch: false, reporters: ['default'] });
}
