import type { AttributeValue, Item } from './expressions.ts';

/** Plain objects to DynamoDB's protocol and back, as `@aws-sdk/lib-dynamodb` does it, for what the keeper writes. */
export function toItem(plain: Readonly<Record<string, unknown>>): Item {
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, toValue(value)]));
}

export function fromItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromValue(value)]));
}

function toValue(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    default:
      return toStructure(value);
  }
}

function toStructure(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toValue) };
  if (!(value instanceof Set)) return { M: toItem(value as Record<string, unknown>) };
  const members = [...value];
  return typeof members[0] === 'number' ? { NS: members.map(String) } : { SS: members };
}

function fromValue(value: AttributeValue): unknown {
  const [[type, content] = []] = Object.entries(value);
  switch (type) {
    case 'N':
      return Number(content);
    case 'NULL':
      return null;
    case 'L':
      return (content as AttributeValue[]).map(fromValue);
    case 'M':
      return fromItem(content as Item);
    case 'NS':
      return new Set((content as string[]).map(Number));
    case 'SS':
      return new Set(content as string[]);
    default:
      return content;
  }
}
