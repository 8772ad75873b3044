import { vi } from 'vitest';
import { describeHistories } from './describe-histories.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

describeHistories('more random histories', 500);
