/** Page: one line of the tree as elements, and what is written into them. */

import { aboutOf, mean, noteOf, SMOOTHED } from '../display/describe';
import { bytes, count, duration, percent, rate } from '../display/format';
import { hasFailed, hasNoProcess, type Item, nameOf } from '../display/items';
import { isAlive, restartInWords, wordOf } from '../display/look';
import type { PastSample } from '../wire/frames';
import { Chart } from './chart';
import { el, setAttribute, setText } from './dom';
import { Lane, type TimeWindow } from './lane';
import { setSymbol, symbol } from './symbols';

const SPARK = { width: 76, height: 26 };
/** Shown in place of a number that there is none of. */
const NOTHING = '–';

/** The share of a core that fills a small chart at least, and the bytes. */
const CPU_TOP = 0.1;
const MEMORY_TOP = 1e6;

export class RowView {
  readonly element: HTMLElement;
  readonly lane: Lane;
  readonly #toggle = el('span', { class: 'toggle', 'aria-hidden': 'true' }, symbol('chevron'));
  readonly #symbol = symbol('waiting');
  readonly #name = el('span', { class: 'name' });
  readonly #about = el('span', { class: 'about' });
  readonly #state = el('span', { class: 'word' });
  readonly #since = el('span', { class: 'number' });
  readonly #note = el('span', { class: 'note' });
  readonly #cpu = new Figure('cpu', 'accent', ([, cpu]) => cpu, CPU_TOP);
  readonly #memory = new Figure('memory', 'second', ([, , memory]) => memory, MEMORY_TOP);
  readonly #iterations = el('span', { class: 'number' });
  readonly #messages = el('span', { class: 'number' });
  #item: Item | undefined;

  constructor() {
    const canvas = el('canvas', { 'aria-hidden': 'true' });
    this.lane = new Lane(canvas);
    this.element = el(
      'div',
      { class: 'row', role: 'row', tabindex: '-1' },
      el(
        'div',
        { class: 'cell first', role: 'gridcell' },
        this.#toggle,
        this.#symbol,
        el('span', { class: 'names' }, this.#name, this.#about),
      ),
      el(
        'div',
        { class: 'cell state', role: 'gridcell' },
        el('span', { class: 'line' }, this.#state, this.#since),
        this.#note,
      ),
      this.#cpu.element,
      this.#memory.element,
      el('div', { class: 'cell activity', role: 'gridcell' }, this.#iterations, this.#messages),
      el('div', { class: 'cell lane', role: 'gridcell' }, canvas),
    );
  }

  get item(): Item {
    return this.#item as Item;
  }

  /** `isVisible`: whether its charts are worth the time. */
  show(item: Item, isOpen: boolean, isVisible: boolean, now: number): void {
    const isNew =
      this.#item?.current !== item.current ||
      this.#item.lastEnded !== item.lastEnded ||
      this.#item.runs.length !== item.runs.length;
    this.#item = item;
    const { node } = item.current;
    setAttribute(this.element, 'aria-level', String(item.depth + 1));
    setAttribute(this.element, 'aria-expanded', item.children.length > 0 ? String(isOpen) : undefined);
    this.element.style.setProperty('--depth', String(item.depth));
    setAttribute(this.element, 'data-look', item.look);
    setAttribute(this.element, 'data-kind', node.kind);
    if (isNew) this.#describe(item);
    this.showTime(now);
    this.#cpu.show(item, isVisible, now);
    this.#memory.show(item, isVisible, now);
    this.#showActivity(item);
  }

  /** Writes what changes as time passes. */
  showTime(now: number): void {
    const { current, look } = this.item;
    const { node } = current;
    const isOver = node.state === 'exited';
    setText(
      this.#since,
      look === 'restarting'
        ? restartInWords(node, now)
        : isOver
          ? `${duration(now - (node.endedAt ?? node.since))} ago`
          : duration(now - node.startedAt),
    );
    setText(this.#state, wordOf(look));
  }

  drawLane(now: number, window: TimeWindow): void {
    this.lane.draw(this.item, now, window);
  }

  resizeLane(width: number, height: number): void {
    this.lane.resize(width, height);
  }

  destroy(): void {
    this.#cpu.destroy();
    this.#memory.destroy();
    this.element.remove();
  }

  #describe(item: Item): void {
    const { node } = item.current;
    const isGroup = hasNoProcess(item.current);
    setText(this.#name, nameOf(item));
    setSymbol(this.#symbol, isGroup && item.look === 'running' ? (node.kind as 'pool') : item.look);
    setText(this.#about, aboutOf(item));
    const note = noteOf(item);
    setText(this.#note, note);
    setAttribute(this.#note, 'title', note || undefined);
    setAttribute(this.#note, 'data-failed', item.lastEnded && hasFailed(item.lastEnded) ? '' : undefined);
  }

  #showActivity({ current, isGathered }: Item): void {
    const { kind, stats, iterations, messages } = current.node;
    const isOver = !isAlive(current);
    if (kind === 'supervisor' || isGathered) return;
    if (stats) {
      setText(this.#iterations, `${count(stats.done)} done`);
      setText(this.#messages, `${count(stats.queued)} queued`);
      return;
    }
    const latest = isOver ? [] : current.samples.slice(-SMOOTHED);
    const turns = isOver ? `${count(iterations)} turns` : `${rate(mean(latest, 4))} turns/s`;
    setText(this.#iterations, kind === 'loop' ? turns : '');
    setText(this.#messages, isOver ? `${count(messages)} msg` : `${rate(mean(latest, 3))} msg/s`);
  }
}

/** A number with a small chart beside it. */
class Figure {
  readonly element: HTMLElement;
  readonly #number = el('span', { class: 'number' });
  readonly #box = el('span', { class: 'spark', 'aria-hidden': 'true' });
  readonly #pick: (sample: PastSample) => number | null;
  readonly #format: (value: number) => string;
  readonly #color: string;
  readonly #top: number;
  #chart: Chart | undefined;
  #shown: unknown;

  constructor(kind: 'cpu' | 'memory', color: string, pick: (sample: PastSample) => number | null, top: number) {
    this.#pick = pick;
    this.#format = kind === 'cpu' ? percent : bytes;
    this.#color = color;
    this.#top = top;
    this.element = el('div', { class: `cell figure ${kind}`, role: 'gridcell' }, this.#number, this.#box);
  }

  show({ current, isGathered }: Item, isVisible: boolean, now: number): void {
    const { samples } = current;
    const last = samples.at(-1);
    const value = last && isAlive(current) ? this.#pick(last) : null;
    const isGroup = hasNoProcess(current);
    setText(this.#number, value === null ? (isGroup ? '' : NOTHING) : this.#format(value));
    if (!isVisible || this.#shown === samples || samples.length < 2 || isGroup || isGathered) return;
    this.#shown = samples;
    this.#chart ??= new Chart(this.#box, SPARK.width, {
      lines: [{ label: this.#color, color: this.#color, pick: this.#pick }],
      height: SPARK.height,
      top: this.#top,
      fromZero: this.#color === 'accent',
    });
    this.#chart.show(samples, now);
  }

  destroy(): void {
    this.#chart?.destroy();
  }
}
