import { config } from 'zod/v4/core';

/**
 * Schemas are walked for each value, and not compiled into code of their own: that takes longer than all that a function
 * parses in its first invocation. Imported before anything that makes a schema, since each asks when it is made.
 */
config({ jitless: true });
