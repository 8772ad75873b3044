/** No access token of Zoho's lives longer; one that claims to is not believed. */
export const LONGEST_LIFETIME_MS = 3_600_000;
