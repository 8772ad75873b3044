/** A pattern of a policy, compiled once and asked often. */
export interface Pattern {
  /** As the policy has it. */
  readonly text: string;
  readonly matches: (text: string) => boolean;
}

/** An ARN has six parts; the last one may have colons of its own. */
const ARN_PARTS = 6;
const WILDCARD = /([*?])/;

/** A text in which `*` stands for any characters, also none, and `?` for exactly one. */
export function compileWildcards(text: string, { ignoreCase = false } = {}): Pattern {
  const source = text
    .split(WILDCARD)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : part.replace(/[^\w]/gu, '\\$&')))
    .join('');
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
  return { text, matches: (candidate) => expression.test(candidate) };
}

/** An action such as `dynamodb:GetItem` or `kms:*`; AWS takes it in any case. */
export function compileAction(text: string): Pattern {
  return compileWildcards(text, { ignoreCase: true });
}

/**
 * An ARN with wildcards, which stay within the parts between its colons; the last one reaches to the end.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function compileArn(text: string): Pattern {
  const parts = splitArn(text, ARN_PARTS).map((part) => compileWildcards(part));
  return {
    text,
    matches: (arn) => {
      const actual = splitArn(arn, parts.length);
      return actual.length === parts.length && parts.every((part, at) => part.matches(actual[at] ?? ''));
    },
  };
}

/** At most so many parts: the last one keeps the colons that are left. */
function splitArn(arn: string, most: number): string[] {
  const parts = arn.split(':');
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(':')];
}
