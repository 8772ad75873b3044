import { vi } from 'vitest';
import { describeMatrix } from './describe-matrix.ts';
import { SCHEDULED } from './scenarios.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

describeMatrix('what a schedule does survives everything at every call', SCHEDULED);
