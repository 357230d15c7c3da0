/** Page: the charts of one process, with axes. */

import { bytes, percent, rate } from '../display/format';
import { hasNoProcess } from '../display/items';
import { isAlive } from '../display/look';
import type { Row } from '../wire/frames';
import { Chart, type ChartOptions, type Line } from './chart';
import { el } from './dom';

const HEIGHT = 104;

type Titled = ChartOptions & { readonly title: string };

const CPU: Titled = {
  title: 'Processor',
  lines: [{ label: 'processor', color: 'accent', pick: ([, cpu]) => cpu }],
  height: HEIGHT,
  top: 0.1,
  format: percent,
};
const MEMORY: Titled = {
  title: 'Memory',
  lines: [{ label: 'memory', color: 'second', pick: ([, , memory]) => memory }],
  height: HEIGHT,
  top: 1e6,
  fromZero: false,
  format: bytes,
};
const MESSAGES: Line = { label: 'messages', color: 'accent', pick: ([, , , messages]) => messages };
const TURNS: Line = { label: 'turns of the loop', color: 'warn', pick: ([, , , , iterations]) => iterations };

const chartsOf = ({ node }: Row): Titled[] => {
  const lines = node.kind === 'loop' ? [MESSAGES, TURNS] : [MESSAGES];
  return [CPU, MEMORY, { title: 'Activity, per second', lines, height: HEIGHT, top: 4, format: rate }];
};

export class DetailCharts {
  readonly element = el('div', { class: 'charts' });
  #charts: Chart[] = [];
  #kind: string | undefined;

  constructor() {
    new ResizeObserver(() => {
      for (const chart of this.#charts) chart.resize(this.element.clientWidth);
    }).observe(this.element);
  }

  show(run: Row, now: number): void {
    const { node, samples } = run;
    this.element.hidden = hasNoProcess(run) || samples.length < 2;
    if (this.element.hidden) return;
    if (this.#kind !== node.kind) this.#make(run);
    const end = isAlive(run) ? now : (samples.at(-1)?.[0] ?? now);
    for (const chart of this.#charts) chart.show(samples, end);
  }

  clear(): void {
    for (const chart of this.#charts) chart.destroy();
    this.#charts = [];
    this.#kind = undefined;
    this.element.replaceChildren();
  }

  #make(run: Row): void {
    this.clear();
    this.#kind = run.node.kind;
    this.#charts = chartsOf(run).map(({ title, ...options }) => {
      const { lines } = options;
      const keys = lines.length < 2 ? lines.slice(1) : lines;
      const head = el('h3', {}, title, ...keys.map(({ label, color }) => el('span', { class: `key ${color}` }, label)));
      const box = el('div', { class: 'chart', 'aria-hidden': 'true' });
      this.element.append(el('section', {}, head, box));
      return new Chart(box, this.element.clientWidth, options);
    });
  }
}
