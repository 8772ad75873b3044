import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** For an endpoint of anybody's; `npm test` runs the same suite against the twin. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/conformance/endpoint.conformance.ts'],
    restoreMocks: true,
    // AWS itself may take its time: a table stands after half a minute, and what has changed is seen later.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
