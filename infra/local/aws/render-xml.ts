/** What an element holds: text, elements by name, or, for as many elements of one name, a list. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlContent[]
  | { readonly [name: string]: XmlContent };

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** @param namespace null for errors, which have none */
export function renderXml(
  root: string,
  content: XmlContent,
  namespace: string | null = 'http://s3.amazonaws.com/doc/2006-03-01/',
): string {
  const opening = namespace ? `<${root} xmlns="${namespace}">` : `<${root}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${opening}${renderContent(content)}</${root}>`;
}

function renderContent(content: XmlContent): string {
  if (typeof content !== 'object') {
    return String(content ?? '').replace(/[&<>"\r]/g, (character) => ESCAPES[character] as string);
  }
  return Object.entries(content)
    .flatMap(([name, inner]) => (Array.isArray(inner) ? inner : [inner]).map((one) => [name, one] as const))
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `<${name}>${renderContent(one as XmlContent)}</${name}>`)
    .join('');
}
