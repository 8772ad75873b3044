import fc from 'fast-check';
import { unescape as unescapeHtml } from 'html-escaper';
import { describe, expect, it } from 'vitest';
import { html, renderHtml } from '../../lib/html.ts';

/** Any text, and text that is made of little but what HTML is made of. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'<>&"\'/=;#! ', 'script', 'amp', 'lt', 'onload') }),
);

describe('an HTML template', () => {
  it('makes no markup of any text, and loses none of it', () => {
    fc.assert(
      fc.property(anyText, anyText, (name, text) => {
        const page = renderHtml(html`<p title="${name}">${text}</p>`);
        const [, attribute = null, content = null] =
          /^<p title="([^<>"']*)">([^<>"']*)<\/p>$/.exec(page) ?? [];
        expect([attribute, content].map((escaped) => escaped && unescapeHtml(escaped))).toEqual([name, text]);
      }),
    );
  });

  it('escapes an ampersand, so that no text turns into another one', () => {
    expect(renderHtml(html`${'&lt;b&gt;'}`)).toBe('&amp;lt;b&amp;gt;');
  });

  it('takes markup, and a list of it, as it is', () => {
    const items = ['a < b', 'c'].map((text) => html`<li>${text}</li>`);
    expect(renderHtml(html`<ul>${items}</ul>${html`<p>${[]}</p>`}`)).toBe(
      '<ul><li>a &lt; b</li><li>c</li></ul><p></p>',
    );
  });

  it('does not take what looks like a template’s own escape for one', () => {
    expect(renderHtml(html`<i>\u00e9</i>`)).toBe('<i>é</i>');
  });
});
