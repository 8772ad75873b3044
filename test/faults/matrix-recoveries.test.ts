import { vi } from 'vitest';
import { describeMatrix } from './describe-matrix.ts';
import { RECOVERIES, RESTORES } from './scenarios.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

describeMatrix('what brings back what was lost survives everything at every call', [
  ...RESTORES,
  ...RECOVERIES,
]);
