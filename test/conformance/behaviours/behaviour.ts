import type { Cloud } from '../cloud.ts';

/** What a service does, by its name: a check fails where an implementation does something else. */
export type Behaviours = Readonly<Record<string, (cloud: Cloud) => Promise<void>>>;
