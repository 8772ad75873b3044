import { inject } from 'vitest';
import { describeConformance } from './suite.ts';

const { implementation, endpoint } = inject('conformance');

describeConformance(implementation, () => endpoint);
