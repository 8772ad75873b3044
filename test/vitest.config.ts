import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    restoreMocks: true,
    // A test that waits for longer than this waits for something that will not come.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
