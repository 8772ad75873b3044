import { TemplateError } from '../template.ts';
import { isKnownKey } from './condition-keys.ts';
import { compileArn, compileWildcards } from './pattern.ts';

/** What is known of a request besides who, what and on which resource: one value per key. */
export type RequestContext = Readonly<Record<string, string>>;

/** One condition of a statement: whether a request meets it. The keys of the context are in lower case. */
export type Condition = (context: RequestContext) => boolean;

/** A `Condition` element as a policy has it: operator, key, values. */
export type ConditionElement = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Whether a request's value meets one that the policy names. */
type Comparison = (expected: string) => (actual: string) => boolean;

const equals: Comparison = (expected) => (actual) => actual === expected;
const isLike: Comparison = (expected) => compileWildcards(expected).matches;
/** For `ArnEquals` and `ArnLike` alike: AWS allows wildcards in either. */
const isLikeArn: Comparison = (expected) => compileArn(expected).matches;
const isSameFlag: Comparison = (expected) => (actual) => actual.toLowerCase() === expected.toLowerCase();

/** A negated operator is met when none of its values is. */
const OPERATORS: ReadonlyMap<string, { comparison: Comparison; isNegated: boolean }> = new Map([
  ['StringEquals', { comparison: equals, isNegated: false }],
  ['StringNotEquals', { comparison: equals, isNegated: true }],
  ['StringLike', { comparison: isLike, isNegated: false }],
  ['StringNotLike', { comparison: isLike, isNegated: true }],
  ['ArnEquals', { comparison: isLikeArn, isNegated: false }],
  ['ArnNotEquals', { comparison: isLikeArn, isNegated: true }],
  ['ArnLike', { comparison: isLikeArn, isNegated: false }],
  ['ArnNotLike', { comparison: isLikeArn, isNegated: true }],
  ['Bool', { comparison: isSameFlag, isNegated: false }],
]);

const IF_EXISTS = 'IfExists';

/**
 * Every condition of a statement; a request must meet them all.
 *
 * @param where names the statement, for errors
 * @throws {TemplateError} for an operator or a key that the twin does not know
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function compileConditions(element: ConditionElement, where: string): Condition[] {
  return Object.entries(element).flatMap(([operator, byKey]) =>
    Object.entries(byKey).map(([key, values]) => {
      if (!isKnownKey(key)) throw new TemplateError(`${where} has a condition on ${key}, ${UNKNOWN}`);
      const condition = compileCondition(operator, key.toLowerCase(), values);
      if (!condition) throw new TemplateError(`${where} has a condition with ${operator}, ${UNKNOWN}`);
      return condition;
    }),
  );
}

const UNKNOWN = 'which the twin does not know';

/**
 * Several values are alternatives. A key that the request lacks meets a negated operator, and one with `IfExists`; no
 * other.
 *
 * @returns null for an operator that the twin does not know
 */
function compileCondition(operator: string, key: string, values: readonly string[]): Condition | null {
  if (operator === 'Null') return ({ [key]: actual }) => values.includes(String(actual === undefined));
  const isOptional = operator.endsWith(IF_EXISTS);
  const known = OPERATORS.get(isOptional ? operator.slice(0, -IF_EXISTS.length) : operator);
  if (!known) return null;
  const { comparison, isNegated } = known;
  const alternatives = values.map(comparison);
  return ({ [key]: actual }) => {
    if (actual === undefined) return isNegated || isOptional;
    return alternatives.some((isMet) => isMet(actual)) !== isNegated;
  };
}
