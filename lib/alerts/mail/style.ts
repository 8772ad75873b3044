import { html } from '../../html.ts';
import type { Tone } from './mail.ts';

/**
 * Inline, since some mail clients drop a style element: light, one column. Every text has a contrast of 4.5:1 or more,
 * here and in {@link DARK}.
 */
export const INLINE = {
  ground: 'margin:0;padding:0;background:#f2f4f7',
  frame: 'width:100%;border-collapse:collapse;background:#f2f4f7',
  gutter: 'padding:12px',
  card: 'width:100%;max-width:600px;border-collapse:separate;background:#ffffff;border:1px solid #dfe4ea;border-radius:10px;table-layout:fixed',
  content:
    'padding:18px 18px 20px;font:16px/1.5 -apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#1b2330;text-align:left;overflow-wrap:anywhere;word-break:break-word',
  preheader: 'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all',
  about: 'margin:0 0 8px;font-size:15px;line-height:26px',
  state:
    'display:inline-block;padding:0 9px;border-radius:5px;font-weight:700;line-height:24px;color:#ffffff',
  title: 'margin:0;font-size:22px;line-height:1.25;font-weight:700',
  urgency: 'margin:4px 0 0;font-weight:700',
  paragraph: 'margin:12px 0 0',
  standing:
    'margin:14px 0 0;padding:10px 14px;border-left-width:4px;border-left-style:solid;border-radius:5px;background:#f5f7f9',
  heading: 'margin:26px 0 0;font-size:16px;line-height:1.3;font-weight:700',
  steps: 'margin:0;padding:0 0 0 24px',
  step: 'margin:10px 0 0;padding:0 0 0 2px',
  button:
    'display:inline-block;margin:8px 0 0;padding:8px 14px;border-radius:6px;background:#1b2330;color:#ffffff;font-weight:700;text-decoration:none',
  or: 'font-size:14px;color:#566072',
  command:
    'display:block;margin:4px 0 0;padding:9px 11px;border:1px solid #dfe4ea;border-radius:5px;background:#f5f7f9;color:#1b2330;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word;user-select:all;-webkit-user-select:all',
  line: 'margin:10px 0 0;font-size:15px',
  facts:
    'width:100%;margin:8px 0 0;border-collapse:collapse;table-layout:fixed;font-size:15px;line-height:1.45',
  name: 'width:36%;padding:7px 12px 7px 0;border-top:1px solid #dfe4ea;vertical-align:top;text-align:left;font-weight:400;color:#566072',
  value: 'padding:7px 0;border-top:1px solid #dfe4ea;vertical-align:top',
  link: 'color:#0b57a4;font-weight:700;text-decoration:underline',
  why: 'margin:26px 0 0;padding:12px 0 0;border-top:1px solid #dfe4ea;font-size:14px;color:#566072',
} as const;

/** Of words, the bar and the ground of a state. What they mean is told in words as well. */
export const LIGHT_TONES: Readonly<Record<Tone, string>> = {
  failure: '#b3261e',
  attention: '#875200',
  success: '#0b6b3f',
  neutral: '#3d4a5c',
};

/** Overrides what is inline. */
export const DARK = html`
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media(prefers-color-scheme:dark){
.ground,.frame{background:#10151c!important}
.card{background:#19202a!important;border-color:#2e3744!important}
.content{color:#e7ebf1!important}
.soft{color:#9ea9b8!important}
.inset{background:#212a36!important}
.command{background:#212a36!important;border-color:#2e3744!important;color:#e7ebf1!important}
.rule{border-color:#2e3744!important}
.link{color:#8ab8f5!important}
.button{background:#e7ebf1!important;color:#19202a!important}
.failure{color:#ff9f96!important;border-color:#ff9f96!important}.state.failure,.bar.failure{background:#ff9f96!important;color:#3c1a18!important}
.attention{color:#f3c56b!important;border-color:#f3c56b!important}.state.attention,.bar.attention{background:#f3c56b!important;color:#362a10!important}
.success{color:#74dda4!important;border-color:#74dda4!important}.state.success,.bar.success{background:#74dda4!important;color:#14321f!important}
.neutral{color:#b9c4d3!important;border-color:#b9c4d3!important}.state.neutral,.bar.neutral{background:#b9c4d3!important;color:#19202a!important}
.standing{color:#e7ebf1!important}
}
`;
