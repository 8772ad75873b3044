import * as z from 'zod';
import { S3Error } from './s3-error.ts';

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** A declaration or a comment; a tag; text. What none of them matches, such as a DTD, is refused. */
const TOKEN =
  /<\?[^?]*\?>|<!--.*?-->|<(?<end>\/)?(?<name>[\w:]+)(?:\s+[\w:]+="[^"<]*")*\s*(?<empty>\/)?>|(?<text>[^<]+)/gsy;

/**
 * The document that a request brings; attributes are left out.
 *
 * @param root the name of its root element
 * @throws {S3Error} MalformedXML
 */
export function parseXml<T>(bytes: Buffer, root: string, schema: z.ZodType<T>): T {
  const document = readElements(bytes.toString());
  const result = z.strictObject({ [root]: schema }).safeParse(document);
  if (result.success) return result.data[root] as T;
  throw malformed();
}

interface OpenElement {
  readonly name: string;
  readonly children: Record<string, unknown>;
  text: string;
}

/** Elements by name: those without children as their text, and of one name several as an array. */
function readElements(text: string): Record<string, unknown> {
  const root: OpenElement = { name: '', children: {}, text: '' };
  const open = [root];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const { name, text: characters, end: isEnd, empty } = match.groups ?? {};
    if (characters !== undefined) (open.at(-1) as OpenElement).text += unescapeText(characters);
    if (name !== undefined && !isEnd) open.push({ name, children: {}, text: '' });
    if (name !== undefined && (isEnd || empty)) closeElement(open, name);
  }
  if (open.length !== 1 || end !== text.length) throw malformed();
  return root.children;
}

function closeElement(open: OpenElement[], name: string): void {
  const element = open.pop();
  const parent = open.at(-1);
  if (!parent || element?.name !== name) throw malformed();
  const { children, text } = element;
  const value = Object.keys(children).length > 0 ? children : text.trim();
  const former = parent.children[name];
  parent.children[name] = former === undefined ? value : [former, value].flat();
}

function unescapeText(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (entity, code: string | undefined, name: string) =>
    code ? String.fromCodePoint(Number(code)) : (ENTITIES[name] ?? entity),
  );
}

function malformed(): S3Error {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new S3Error(400, 'MalformedXML', message);
}
