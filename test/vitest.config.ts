import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { TEST_REPORT_PATH } from './support/test-report.ts';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    reporters: ['default', ['json', { outputFile: TEST_REPORT_PATH }]],
    restoreMocks: true,
    // Vitest leaves one core alone, which on a machine with two is half of it.
    maxWorkers: '100%',
    // A test that waits for longer than this waits for something that will not come.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
