/** Page: the sums over all processes, each with its last two minutes. */

import { bytes, count, percent } from '../display/format';
import { hasFailed, hasNoProcess } from '../display/items';
import { isAlive } from '../display/look';
import type { PastSample, Row } from '../wire/frames';
import { Chart, type ChartOptions } from './chart';
import { el, setText } from './dom';

const MOST = 120;
const HEIGHT = 34;

interface Tile {
  readonly label: string;
  readonly color: string;
  readonly top: number;
  readonly pick: (sample: PastSample) => number;
  readonly format: (value: number) => string;
}

const TILES: readonly Tile[] = [
  { label: 'Processor', color: 'accent', top: 0.2, pick: ([, cpu]) => cpu ?? 0, format: percent },
  { label: 'Memory', color: 'second', top: 1e6, pick: ([, , memory]) => memory ?? 0, format: bytes },
  { label: 'Messages/s', color: 'accent', top: 4, pick: ([, , , messages]) => messages, format: count },
  { label: 'Turns/s', color: 'warn', top: 4, pick: ([, , , , iterations]) => iterations, format: count },
];

export class Summary {
  readonly #running = el('span', { class: 'number big' });
  readonly #runningNote = el('span', { class: 'muted' });
  readonly #tiles: { tile: Tile; value: HTMLElement; box: HTMLElement; chart: Chart | undefined }[];
  #sums: PastSample[] = [];

  constructor(element: HTMLElement) {
    this.#tiles = TILES.map(tile => ({
      tile,
      value: el('span', { class: 'number big' }),
      box: el('span', { class: 'spark', 'aria-hidden': 'true' }),
      chart: undefined,
    }));
    const card = (label: string, ...rest: HTMLElement[]) =>
      el('div', { class: 'card tile' }, el('span', { class: 'label' }, label), ...rest);
    element.append(
      card('Processes', this.#running, this.#runningNote),
      ...this.#tiles.map(({ tile, value, box }) => card(tile.label, value, box)),
    );
    new ResizeObserver(() => {
      for (const { chart, box } of this.#tiles) chart?.resize(box.clientWidth);
    }).observe(element);
  }

  /** `isSecond`: new samples have come. */
  show(rows: Iterable<Row>, isSecond: boolean, now: number): void {
    const all = [...rows].filter(row => !hasNoProcess(row));
    const running = all.filter(isAlive).length;
    const failed = all.filter(hasFailed).length;
    setText(this.#running, count(running));
    setText(this.#runningNote, failed === 0 ? 'none failed' : `${count(failed)} failed`);
    if (!isSecond) return;
    this.#sums =
      this.#sums.length === 0 ? pastSums(all) : [...this.#sums.slice(1 - MOST), sumOf(all.filter(isAlive), now)];
    const last = this.#sums.at(-1);
    for (const each of this.#tiles) {
      const { tile, value, box } = each;
      setText(value, last ? tile.format(tile.pick(last)) : '–');
      each.chart ??= new Chart(box, box.clientWidth || 120, optionsOf(tile));
      each.chart.show(this.#sums, now);
    }
  }

  /** The history begins anew, with another connection. */
  reset(): void {
    this.#sums = [];
  }
}

const optionsOf = ({ label, color, top, pick }: Tile): ChartOptions => ({
  lines: [{ label, color, pick }],
  height: HEIGHT,
  top,
});

/** Their latest samples, added up. */
const sumOf = (rows: readonly Row[], at: number): PastSample =>
  added(
    rows.flatMap(({ samples }) => samples.slice(-1)),
    at,
  );

function added(samples: readonly PastSample[], at: number): PastSample {
  const sum = (pick: (sample: PastSample) => number | null) =>
    samples.reduce((total, sample) => total + (pick(sample) ?? 0), 0);
  return [at, sum(([, cpu]) => cpu), sum(([, , memory]) => memory), sum(each => each[3]), sum(each => each[4])];
}

/** The sums of the time before this page was opened. Samples of one second have the same time. */
function pastSums(rows: readonly Row[]): PastSample[] {
  const byTime = new Map<number, PastSample[]>();
  for (const { samples } of rows) {
    for (const sample of samples) {
      const [at] = sample;
      const same = byTime.get(at);
      if (same) same.push(sample);
      else byTime.set(at, [sample]);
    }
  }
  return [...byTime]
    .sort(([one], [other]) => one - other)
    .map(([at, samples]) => added(samples, at))
    .slice(-MOST);
}
