/** Page: charts of the last two minutes, by uPlot: small ones without axes, and larger ones for the details. */
import uPlot from 'uplot';
import type { PastSample } from '../wire/frames';
import { color, onTheme } from './theme';

export interface Line {
  readonly label: string;
  /** A color of style/tokens.css. */
  readonly color: string;
  readonly pick: (sample: PastSample) => number | null;
}

export interface ChartOptions {
  readonly lines: readonly Line[];
  readonly height: number;
  /** The least that the scale shows at its top. */
  readonly top: number;
  /** Memory never comes near to 0, so its scale does not begin there. */
  readonly fromZero?: boolean;
  /** Left out: a small chart without axes. */
  readonly format?: (value: number) => string;
}

/** Milliseconds that a chart shows. */
const SHOWN = 120_000;
const AXIS = { size: 26, gap: 4 };

export class Chart {
  readonly element: HTMLElement;
  readonly #options: ChartOptions;
  readonly #plot: uPlot;
  #width: number;
  readonly #forget: () => void;

  /** `width`: in CSS pixels. */
  constructor(element: HTMLElement, width: number, options: ChartOptions) {
    this.element = element;
    this.#options = options;
    this.#width = width;
    this.#plot = new uPlot(this.#plotOptions(), [[], ...options.lines.map(() => [])], element);
    this.#forget = onTheme(() => this.#plot.redraw(false));
  }

  /** `now`: where the chart ends. */
  show(samples: readonly PastSample[], now: number): void {
    const times = samples.map(([at]) => at);
    const values = this.#options.lines.map(({ pick }) => samples.map(pick));
    this.#plot.batch(() => {
      this.#plot.setData([times, ...values], false);
      this.#plot.setScale('x', { min: now - SHOWN, max: now });
      const [min, max] = this.#range(values);
      this.#plot.setScale('y', { min, max });
    });
  }

  resize(width: number): void {
    if (width === this.#width || width <= 0) return;
    this.#width = width;
    this.#plot.setSize({ width, height: this.#options.height });
  }

  destroy(): void {
    this.#forget();
    this.#plot.destroy();
  }

  #range(values: readonly (readonly (number | null)[])[]): readonly [number, number] {
    const { top, fromZero = true } = this.#options;
    const known = values.flat().filter(value => value !== null);
    const most = Math.max(0, ...known);
    if (fromZero) return [0, Math.max(top, most * 1.08)];
    const least = Math.min(most, ...known);
    const room = Math.max((most - least) * 0.25, most * 0.08);
    return [Math.max(0, least - room), Math.max(most + room, top)];
  }

  #plotOptions(): uPlot.Options {
    const { lines, height, format } = this.#options;
    const isSmall = format === undefined;
    return {
      width: this.#width,
      height,
      ms: 1,
      padding: isSmall ? [1, 0, 1, 0] : [8, 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: { time: false, auto: false }, y: { auto: false } },
      axes: format ? [timeAxis(), valueAxis(format)] : [{ show: false }, { show: false }],
      series: [
        {},
        ...lines.map(({ label, color: name }, index) => ({
          label,
          stroke: () => color(name),
          ...(index === 0 ? { fill: () => color(`${name}-area`) } : {}),
          width: isSmall ? 1.25 : 1.5,
          points: { show: false },
          spanGaps: false,
        })),
      ],
    };
  }
}

const font = '11px system-ui, sans-serif';
const grid = { stroke: () => color('line'), width: 1 };

const timeAxis = (): uPlot.Axis => ({
  ...AXIS,
  font,
  stroke: () => color('muted'),
  grid: { show: false },
  ticks: { show: false },
  // Fixed places, so that the labels do not travel.
  splits: ({ scales }) => {
    const { max = 0 } = scales['x'] ?? {};
    return [SHOWN, SHOWN * 0.75, SHOWN / 2, SHOWN / 4, 0].map(ago => (max ?? 0) - ago);
  },
  values: (_, splits) =>
    splits.map(at => (at === splits.at(-1) ? 'now' : `−${Math.round(((splits.at(-1) ?? 0) - at) / 1_000)} s`)),
});

const valueAxis = (format: (value: number) => string): uPlot.Axis => ({
  size: 58,
  gap: 6,
  font,
  stroke: () => color('muted'),
  grid,
  ticks: { show: false },
  space: 34,
  values: (_, splits) => splits.map(format),
});
