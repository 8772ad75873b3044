import { vi } from 'vitest';
import { describeMatrix } from './describe-matrix.ts';
import { CONSENTS } from './scenarios.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

describeMatrix('a consent survives everything at every call', CONSENTS);
