/**
 * What stands for the hyphen and the six characters that Secrets Manager appends to a secret's name in its ARN: a secret
 * that was lost and made anew has others, and is still the same one to whoever reads it.
 */
export const ANY_SUFFIX = '-??????';
