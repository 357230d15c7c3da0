/** Page: one line of the tree as elements, and what is written into them. */
import type { PastSample } from '../wire/frames';
import { Chart } from './chart';
import { el, setAttribute, setText } from './dom';
import { bytes, count, duration, percent, rate } from './format';
import { type Item, nameOf } from './items';
import { Lane, type TimeWindow } from './lane';
import { endedInWords, symbolOf, wordOf } from './look';
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
    const isNew = this.#item?.current !== item.current || this.#item.lastEnded !== item.lastEnded;
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
      isOver ? `${duration(now - (node.endedAt ?? node.since))} ago` : duration(now - node.startedAt),
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
    const isGroup = node.kind === 'supervisor' || node.kind === 'pool';
    const name = nameOf(item);
    setText(this.#name, name);
    setSymbol(this.#symbol, isGroup && item.look === 'running' ? (node.kind as 'pool') : symbolOf(item.look));
    const about = [
      isGroup
        ? node.name === name
          ? node.kind
          : `${node.kind} ${node.name}`
        : node.name === name
          ? kindOf(item)
          : node.name,
    ];
    if (node.pid !== null && node.state !== 'exited') about.push(`pid ${node.pid}`);
    setText(this.#about, about.join(' · '));
    const note = noteOf(item);
    setText(this.#note, note);
    setAttribute(this.#note, 'title', note || undefined);
    setAttribute(this.#note, 'data-failed', item.lastEnded && isNoteOfFailure(item) ? '' : undefined);
  }

  #showActivity({ current, look }: Item): void {
    const last = current.samples.at(-1);
    const isOver = look === 'ended' || look === 'failed';
    const { kind, stats, iterations, messages } = current.node;
    if (kind === 'supervisor') return;
    if (stats) {
      setText(this.#iterations, `${count(stats.done)} done`);
      setText(this.#messages, `${count(stats.queued)} queued`);
      return;
    }
    const hasLoop = kind === 'loop' || iterations > 0;
    const [, , , messageRate = 0, iterationRate = 0] = (isOver ? undefined : last) ?? [];
    setText(
      this.#iterations,
      hasLoop ? (isOver ? `${count(iterations)} turns` : `${rate(iterationRate)} turns/s`) : '',
    );
    setText(this.#messages, isOver ? `${count(messages)} msg` : `${rate(messageRate)} msg/s`);
  }
}

const kindOf = ({ current: { node } }: Item) =>
  ({
    subprocess: 'runs once',
    loop: 'loop',
    'from-subprocess': 'fromSubprocess',
    supervisor: 'supervisor',
    pool: 'pool',
  })[node.kind];

const isNoteOfFailure = ({ lastEnded }: Item) =>
  lastEnded?.node.exit !== undefined && lastEnded.node.exit.reason !== 'completed';

/** How often it was restarted, and why the last one ended. */
function noteOf({ current, lastEnded }: Item): string {
  const { restarts = 0, kind, stats, state } = current.node;
  if (stats && state !== 'exited') return `${percent(stats.utilization)} busy, ${stats.workers} workers`;
  const notes: string[] = [];
  if (restarts > 0) notes.push(restarts === 1 ? '1 restart' : `${count(restarts)} restarts`);
  if (lastEnded && kind !== 'pool') {
    const words = endedInWords(lastEnded.node.exit);
    notes.push(lastEnded === current ? words : `last: ${words}`);
  }
  return notes.join(' · ');
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

  show({ current }: Item, isVisible: boolean, now: number): void {
    const { samples, node } = current;
    const last = samples.at(-1);
    const value = last && node.state !== 'exited' ? this.#pick(last) : null;
    const isGroup = node.kind === 'supervisor' || node.kind === 'pool';
    setText(this.#number, value === null ? (isGroup ? '' : NOTHING) : this.#format(value));
    if (!isVisible || this.#shown === samples || samples.length < 2 || isGroup) return;
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
