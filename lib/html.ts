import { escape as escapeHtml } from 'html-escaper';

const MARKUP = Symbol('markup');

/** Markup that only {@link html} makes: its own text, with everything that was put into it escaped. */
export interface Html {
  readonly [MARKUP]: string;
}

/**
 * Markup from a template. A string that is put in is escaped, safe as text and inside a quoted attribute; markup, or a
 * list of it, stands as it is.
 */
export function html(
  template: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  return { [MARKUP]: String.raw({ raw: template }, ...values.map(markupOf)) };
}

/** The markup as text, to be sent. */
export function renderHtml(page: Html): string {
  return page[MARKUP];
}

function markupOf(value: string | Html | readonly Html[]): string {
  if (typeof value === 'string') return escapeHtml(value);
  return MARKUP in value ? value[MARKUP] : value.map(renderHtml).join('');
}
