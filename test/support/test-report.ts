import { fileURLToPath } from 'node:url';

/** Where `npm test` leaves its results for whoever counts them. */
export const TEST_REPORT_PATH = fileURLToPath(
  new URL('../../node_modules/.cache/test-report.json', import.meta.url),
);
