/** How many entries a page of the audit has unless told, and at most. */
export const DEFAULT_PAGE_ENTRIES = 50;
export const MOST_PAGE_ENTRIES = 100;
