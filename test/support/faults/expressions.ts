/** A value as DynamoDB's protocol writes it: one type, one value. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

/** What an expression's placeholders stand for. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** The request is not one that DynamoDB would take. */
export class InvalidExpressionError extends Error {}

type Condition = (item: Item, placeholders: Placeholders) => boolean;
type Operand = (item: Item, placeholders: Placeholders) => AttributeValue | undefined;
type Change = (item: Record<string, AttributeValue>, before: Item, placeholders: Placeholders) => void;

const TOKEN = /\s*(<>|<=|>=|[=<>(),+-]|[:#]?[A-Za-z_][\w.]*)/y;
const conditions = new Map<string, Condition>();
const updates = new Map<string, Change>();

/** Whether an item meets a condition; an item that is missing has no attributes. */
export function meets(expression: string, item: Item, placeholders: Placeholders): boolean {
  const condition = conditions.get(expression) ?? parseWhole(expression, parseOr);
  conditions.set(expression, condition);
  return condition(item, placeholders);
}

/** An item after an update. */
export function updated(expression: string, item: Item, placeholders: Placeholders): Item {
  const change = updates.get(expression) ?? parseWhole(expression, parseUpdate);
  updates.set(expression, change);
  const after = { ...item };
  change(after, item, placeholders);
  return after;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html */
class Tokens {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(expression: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < expression.trimEnd().length) {
      const [, token] = TOKEN.exec(expression) ?? fail(`cannot be read: ${expression}`);
      this.#tokens.push(token ?? '');
    }
  }

  get next(): string | undefined {
    return this.#tokens[this.#at];
  }

  take(): string {
    this.#at += 1;
    return this.#tokens[this.#at - 1] ?? fail('ends too early');
  }

  /** Takes the next token if it is this one. */
  skip(token: string): boolean {
    if (this.next?.toUpperCase() !== token) return false;
    this.#at += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.skip(token)) fail(`wants ${token} instead of ${this.next}`);
  }
}

function parseWhole<T>(expression: string, parse: (tokens: Tokens) => T): T {
  const tokens = new Tokens(expression);
  const parsed = parse(tokens);
  return tokens.next === undefined ? parsed : fail(`does not know ${tokens.next}`);
}

function parseOr(tokens: Tokens): Condition {
  const parts = [parseAnd(tokens)];
  while (tokens.skip('OR')) parts.push(parseAnd(tokens));
  return (item, placeholders) => parts.some((part) => part(item, placeholders));
}

function parseAnd(tokens: Tokens): Condition {
  const parts = [parseNot(tokens)];
  while (tokens.skip('AND')) parts.push(parseNot(tokens));
  return (item, placeholders) => parts.every((part) => part(item, placeholders));
}

function parseNot(tokens: Tokens): Condition {
  if (!tokens.skip('NOT')) return parseTerm(tokens);
  const negated = parseNot(tokens);
  return (item, placeholders) => !negated(item, placeholders);
}

function parseTerm(tokens: Tokens): Condition {
  if (tokens.skip('(')) {
    const inner = parseOr(tokens);
    tokens.expect(')');
    return inner;
  }
  if (tokens.skip('ATTRIBUTE_NOT_EXISTS')) {
    const [attribute] = parseArguments(tokens);
    return (item, placeholders) => attribute?.(item, placeholders) === undefined;
  }
  if (tokens.skip('ATTRIBUTE_EXISTS')) {
    const [attribute] = parseArguments(tokens);
    return (item, placeholders) => attribute?.(item, placeholders) !== undefined;
  }
  if (tokens.skip('ATTRIBUTE_TYPE')) {
    const [attribute, type] = parseArguments(tokens);
    return (item, placeholders) => typeOf(attribute?.(item, placeholders)) === type?.(item, placeholders)?.S;
  }
  return parseComparison(tokens);
}

function parseComparison(tokens: Tokens): Condition {
  const left = parseOperand(tokens);
  const comparator = tokens.take();
  const right = parseOperand(tokens);
  return (item, placeholders) => compare(comparator, left(item, placeholders), right(item, placeholders));
}

function parseArguments(tokens: Tokens): Operand[] {
  tokens.expect('(');
  const operands = [parseOperand(tokens)];
  while (tokens.skip(',')) operands.push(parseOperand(tokens));
  tokens.expect(')');
  return operands;
}

function parseOperand(tokens: Tokens): Operand {
  if (tokens.skip('IF_NOT_EXISTS')) {
    const [attribute, otherwise] = parseArguments(tokens);
    return (item, placeholders) => attribute?.(item, placeholders) ?? otherwise?.(item, placeholders);
  }
  const token = tokens.take();
  if (token.startsWith(':')) return (_, { values }) => values[token] ?? fail(`names no value ${token}`);
  return (item, { names }) => item[nameOf(token, names)];
}

function parseUpdate(tokens: Tokens): Change {
  const changes: Change[] = [];
  while (tokens.next !== undefined) {
    const parse = SECTIONS[tokens.take().toUpperCase()] ?? fail('begins with no known section');
    do changes.push(parse(tokens));
    while (tokens.skip(','));
  }
  return (item, before, placeholders) => {
    for (const change of changes) change(item, before, placeholders);
  };
}

const SECTIONS: Readonly<Record<string, (tokens: Tokens) => Change>> = {
  SET(tokens) {
    const attribute = tokens.take();
    tokens.expect('=');
    const value = parseSum(tokens);
    return (item, before, placeholders) => {
      item[nameOf(attribute, placeholders.names)] =
        value(before, placeholders) ?? fail('refers to an attribute that does not exist');
    };
  },
  REMOVE(tokens) {
    const attribute = tokens.take();
    return (item, _, { names }) => {
      delete item[nameOf(attribute, names)];
    };
  },
  ADD: (tokens) => parseSetChange(tokens, (members, added) => [...new Set([...members, ...added])]),
  DELETE: (tokens) =>
    parseSetChange(tokens, (members, deleted) => members.filter((member) => !deleted.includes(member))),
};

function parseSum(tokens: Tokens): Operand {
  const left = parseOperand(tokens);
  if (!tokens.skip('+')) return left;
  const right = parseOperand(tokens);
  return (item, placeholders) => {
    const [a, b] = [left(item, placeholders), right(item, placeholders)];
    if (typeOf(a) !== 'N' || typeOf(b) !== 'N') return fail('adds what is no number');
    return { N: String(Number(a?.N) + Number(b?.N)) };
  };
}

/** DynamoDB knows no empty set: what has no member left is gone. */
function parseSetChange(
  tokens: Tokens,
  change: (members: readonly unknown[], named: readonly unknown[]) => unknown[],
): Change {
  const attribute = tokens.take();
  const operand = parseOperand(tokens);
  return (item, before, placeholders) => {
    const name = nameOf(attribute, placeholders.names);
    const named = operand(before, placeholders);
    const type = typeOf(named);
    const standing = before[name];
    if (!type || !['NS', 'SS'].includes(type)) return fail('knows sets only');
    if (standing && typeOf(standing) !== type) return fail('has an operand of another type');
    const members = change(membersOf(standing, type), membersOf(named, type));
    if (members.length > 0) item[name] = { [type]: members };
    else delete item[name];
  };
}

function membersOf(value: AttributeValue | undefined, type: string): readonly unknown[] {
  return (value?.[type] as unknown[] | undefined) ?? [];
}

function nameOf(token: string, names: Readonly<Record<string, string>>): string {
  return token.startsWith('#') ? (names[token] ?? fail(`names no attribute ${token}`)) : token;
}

/** What is of two types, or missing, compares with nothing. */
function compare(
  comparator: string,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (comparator === '<>') return JSON.stringify(left) !== JSON.stringify(right);
  const type = typeOf(left);
  if (!left || !right || type !== typeOf(right)) return false;
  if (comparator === '=') return JSON.stringify(left) === JSON.stringify(right);
  const order = type === 'N' ? Number(left.N) - Number(right.N) : orderOf(String(left.S), String(right.S));
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return fail(`does not know ${comparator}`);
  }
}

function orderOf(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

function typeOf(value: AttributeValue | undefined): string | undefined {
  return value && Object.keys(value)[0];
}

function fail(what: string): never {
  throw new InvalidExpressionError(`The expression ${what}.`);
}
