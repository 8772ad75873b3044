import { vi } from 'vitest';
import { describeMatrix } from './describe-matrix.ts';
import { OVERRIDES } from './scenarios.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

describeMatrix('what an admin does by hand survives everything at every call', OVERRIDES);
