import { html } from '../../html.ts';

/** Light and dark; every text has a contrast of 4.5:1 or more; one column down to 320 px. */
export const STYLE = html`
:root{color-scheme:light dark;--ink:#1b2330;--soft:#566072;--line:#dfe4ea;--card:#fff;--ground:#f2f4f7;--inset:#f5f7f9;
--success:#0b6b3f;--success-tint:#e6f5ec;--attention:#875200;--attention-tint:#fff3d9;--failure:#b3261e;--failure-tint:#fcebe9}
@media(prefers-color-scheme:dark){:root{--ink:#e7ebf1;--soft:#9ea9b8;--line:#2e3744;--card:#19202a;--ground:#10151c;--inset:#212a36;
--success:#74dda4;--success-tint:#14321f;--attention:#f3c56b;--attention-tint:#362a10;--failure:#ff9f96;--failure-tint:#3c1a18}}
.success{--tone:var(--success);--tint:var(--success-tint)}
.attention{--tone:var(--attention);--tint:var(--attention-tint)}
.failure{--tone:var(--failure);--tint:var(--failure-tint)}
*{box-sizing:border-box}
body{margin:0;padding:clamp(.75rem,6vh,4rem) clamp(.75rem,4vw,2rem);background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:40rem;margin:auto;padding:clamp(1.25rem,5vw,2.25rem);background:linear-gradient(var(--tone) 0 5px,var(--card) 0) border-box;border:1px solid var(--line);border-top:0;border-radius:12px}
header{display:flex;gap:clamp(.7rem,3vw,1rem);align-items:center;margin-bottom:1.25rem}
svg{flex:none;width:clamp(2.25rem,9vw,3rem);fill:var(--tint);stroke:var(--tone);stroke-width:3.5;stroke-linecap:round;stroke-linejoin:round}
.result{margin:0;color:var(--soft)}.result b{color:var(--tone)}
h1{margin:0;font-size:clamp(1.4rem,5vw,1.75rem);line-height:1.2;letter-spacing:-.01em;text-wrap:balance}
h2{margin:1.75rem 0 .6rem;font-size:1rem}
p,ul,ol,dl,pre{margin:.6rem 0}
.happened{font-size:1.0625rem}
.standing,.warning{margin:1.1rem 0;padding:.7rem 1rem;border-left:4px solid var(--success);border-radius:6px;background:var(--inset)}
.warning{border-color:var(--attention);background:var(--attention-tint)}
ul{padding-left:1.25rem}
ol{padding:0;list-style:none;counter-reset:step}
ol li{position:relative;min-height:1.75rem;padding-left:2.5rem;margin:.75rem 0;counter-increment:step}
ol li::before{content:counter(step);position:absolute;left:0;top:-.1rem;width:1.75rem;height:1.75rem;border-radius:50%;background:var(--ink);color:var(--card);font-weight:600;font-size:.875rem;line-height:1.75rem;text-align:center}
code,pre{font:.875em/1.5 ui-monospace,Menlo,Consolas,monospace}
pre code{font-size:1em;user-select:all}
pre{padding:.7rem .9rem;border:1px solid var(--line);border-radius:6px;background:var(--inset);white-space:pre-wrap}
.console{margin:1.5rem 0 0}
.console a{display:inline-block;padding:.6rem 1.1rem;border-radius:8px;background:var(--ink);color:var(--card);font-weight:600;text-decoration:none}
.console a:focus-visible{outline:3px solid var(--tone);outline-offset:2px}
dl{margin:0;font-size:.9375rem}
dl div{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,12.5rem),1fr));column-gap:1.5rem;padding:.45rem 0;border-top:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0}
@media(min-width:38rem){dl div{grid-template-columns:12.5rem 1fr}}
`;
