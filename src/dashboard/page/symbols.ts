/** Page: small drawings, so that states and kinds differ by shape and not by color alone. */
import { el } from './dom';

const SVG = 'http://www.w3.org/2000/svg';

type Part = readonly [tag: 'path' | 'circle' | 'rect', attributes: Record<string, string>];

const line = (d: string, width = '1.75'): Part => [
  'path',
  {
    d,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': width,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  },
];
const ring: Part = [
  'circle',
  { cx: '7', cy: '7', r: '5', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.75' },
];

/** In a box of 14 by 14. */
const PARTS = {
  running: [['circle', { cx: '7', cy: '7', r: '5.5', fill: 'currentColor' }]],
  starting: [ring, ['path', { d: 'M7 2a5 5 0 0 1 0 10z', fill: 'currentColor' }]],
  stopping: [['rect', { x: '2.5', y: '2.5', width: '9', height: '9', rx: '1.5', fill: 'currentColor' }]],
  waiting: [
    ['circle', { cx: '2.6', cy: '7', r: '1.3', fill: 'currentColor' }],
    ['circle', { cx: '7', cy: '7', r: '1.3', fill: 'currentColor' }],
    ['circle', { cx: '11.4', cy: '7', r: '1.3', fill: 'currentColor' }],
  ],
  restarting: [line('M11.6 7.6a4.7 4.7 0 1 1-1.3-3.9M10.9 1v3.1H7.8')],
  ended: [ring],
  failed: [line('M3 3l8 8M11 3l-8 8', '2.25')],
  supervisor: [
    line('M7 2.5v3M2.5 11.5v-3h9v3M7 5.5v3'),
    ['circle', { cx: '7', cy: '2', r: '1.5', fill: 'currentColor' }],
  ],
  pool: [
    ['rect', { x: '1.5', y: '1.5', width: '4.6', height: '4.6', rx: '1', fill: 'currentColor' }],
    ['rect', { x: '7.9', y: '1.5', width: '4.6', height: '4.6', rx: '1', fill: 'currentColor' }],
    ['rect', { x: '1.5', y: '7.9', width: '4.6', height: '4.6', rx: '1', fill: 'currentColor' }],
    ['rect', { x: '7.9', y: '7.9', width: '4.6', height: '4.6', rx: '1', fill: 'currentColor' }],
  ],
  chevron: [line('M5 3l4 4-4 4')],
  close: [line('M3 3l8 8M11 3l-8 8')],
  sun: [
    ['circle', { cx: '7', cy: '7', r: '2.6', fill: 'currentColor' }],
    line('M7 .8v1.4M7 11.8v1.4M.8 7h1.4M11.8 7h1.4M2.6 2.6l1 1M10.4 10.4l1 1M2.6 11.4l1-1M10.4 3.6l1-1', '1.4'),
  ],
  moon: [['path', { d: 'M12 8.6A5.4 5.4 0 1 1 5.4 2a4.4 4.4 0 0 0 6.6 6.6z', fill: 'currentColor' }]],
  system: [ring, ['path', { d: 'M7 2a5 5 0 0 0 0 10z', fill: 'currentColor' }]],
} satisfies Record<string, Part[]>;

export type SymbolName = keyof typeof PARTS;

export function symbol(name: SymbolName): HTMLElement {
  const box = el('span', { class: 'symbol', 'aria-hidden': 'true' });
  setSymbol(box, name);
  return box;
}

/** Shows another symbol in a box that `symbol` made. */
export function setSymbol(box: HTMLElement, name: SymbolName): void {
  if (box.dataset['symbol'] === name) return;
  box.dataset['symbol'] = name;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 14 14');
  for (const [tag, attributes] of PARTS[name] as readonly Part[]) {
    const part = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  }
  box.replaceChildren(svg);
}
