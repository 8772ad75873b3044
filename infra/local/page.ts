const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#dde3ea;--card:#fff;--ground:#f3f5f8;--accent:#1d5fd1;--on:#fff;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b5;--line:#303946;--card:#1a212b;--ground:#11161d;--accent:#7fb0ff;--on:#0d1420;--bad:#ff9d94}}
*{box-sizing:border-box}body{margin:0;padding:2.5rem 1rem;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:54rem;margin:auto}main.narrow{max-width:27rem}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.25rem 1.5rem;margin-bottom:1rem}
h1{font-size:1.35rem;margin:0 0 .5rem}h2{font-size:.95rem;margin:0 0 .6rem}p{margin:.3rem 0}.soft{color:var(--soft)}.bad{color:var(--bad)}
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}ul{margin:.4rem 0;padding-left:1.2rem}
label{display:block;padding:.5rem .7rem;border:1px solid var(--line);border-radius:8px;margin:.35rem 0;cursor:pointer}
.row{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.8rem}.row form{margin:0}
button{font:inherit;padding:.45rem .95rem;border-radius:8px;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--on)}button:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);white-space:nowrap}td.wrap{white-space:normal}th{color:var(--soft);font-weight:500}
`;

/** A whole page around `body`, which must be escaped already. */
export function page(title: string, body: string, layout: 'wide' | 'narrow' = 'wide'): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main class="${layout}">${body}</main></body></html>`;
}

/** A page that only says something. */
export function messagePage(title: string, message: string): string {
  const body = `<section><h1>${escapeHtml(title)}</h1><p class="bad">${escapeHtml(message)}</p></section>`;
  return page(title, body, 'narrow');
}

/** Makes text safe in HTML, also inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
