/** Page: draws the lane of one line of the tree: what its processes did up to now, the newest at the right. */

import { flat, hasNoProcess, type Item } from '../display/items';
import { isFailure } from '../display/look';
import type { Row } from '../wire/frames';
import { INTERVAL } from '../wire/frames';
import { color } from './theme';

export interface TimeWindow {
  readonly label: string;
  readonly ms: number;
  /** Whether iterations are drawn. Over a long time they would lie upon each other. */
  readonly hasTicks: boolean;
}

export const WINDOWS: readonly [TimeWindow, ...TimeWindow[]] = [
  { label: '1 min', ms: 60_000, hasTicks: true },
  { label: '5 min', ms: 300_000, hasTicks: false },
  { label: '15 min', ms: 900_000, hasTicks: false },
];

/** Pixels at the right, after now. */
export const RIGHT = 8;
const BAR = 16;
const THIN_BAR = 4;
const CORNER = 3;
/** Pixels between two iterations at least. */
const TICK_GAP = 3;
const GRID_LINES = 4;

export class Lane {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #width = 0;
  #height = 0;
  #ratio = 1;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
  }

  /** In CSS pixels. */
  resize(width: number, height: number): void {
    const ratio = devicePixelRatio;
    if (this.#width === width && this.#height === height && this.#ratio === ratio) return;
    [this.#width, this.#height, this.#ratio] = [width, height, ratio];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
  }

  draw(item: Item, now: number, window: TimeWindow): void {
    const context = this.#context;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, this.#width, this.#height);
    this.#drawGrid();
    const perMs = (this.#width - RIGHT) / window.ms;
    const x = (at: number) => this.#width - RIGHT - (now - at) * perMs;
    const hasProcess = !hasNoProcess(item.current);
    for (const run of item.runs) this.#drawRun(run, x, now, window, hasProcess);
    this.#drawWaits(item, x, now);
    if (!hasProcess) this.#drawFailuresBelow(item, x);
    else for (const run of item.runs) this.#drawEnd(run, x);
  }

  #drawGrid(): void {
    const context = this.#context;
    context.fillStyle = color('line');
    for (let index = 0; index <= GRID_LINES; index++) {
      context.fillRect(Math.round(((this.#width - RIGHT) * index) / GRID_LINES), 0, 1, this.#height);
    }
  }

  #drawRun(
    { node, spans, ticks }: Row,
    x: (at: number) => number,
    now: number,
    window: TimeWindow,
    isFull: boolean,
  ): void {
    const height = isFull ? BAR : THIN_BAR;
    const top = (this.#height - height) / 2;
    for (const [index, [state, from]] of spans.entries()) {
      const to = spans[index + 1]?.[1] ?? now;
      const [left, right] = [Math.max(-CORNER, x(from)), x(to)];
      if (right < 0 || state === 'exited') continue;
      const width = Math.max(2, right - left);
      if (state === 'created') this.#fill(left, this.#height / 2 - 0.5, width, 1, 0, 'faint');
      else if (!isFull) this.#fill(left, top, width, height, 2, 'bar-group');
      else if (state === 'running') this.#fill(left, top, width, height, CORNER, 'accent-bar');
      else this.#hatch(left, top, width, height, state === 'starting' ? 'warn' : 'faint');
    }
    if (isFull && window.hasTicks && node.kind === 'loop') this.#drawTicks(ticks, x, top + 3, height - 6);
  }

  #drawTicks(ticks: Row['ticks'], x: (at: number) => number, top: number, height: number): void {
    const context = this.#context;
    context.fillStyle = color('accent');
    for (const [at, iterations] of ticks) {
      const right = x(at);
      if (right < 0) continue;
      const width = right - x(at - INTERVAL);
      const shown = Math.min(iterations, Math.max(1, Math.floor(width / TICK_GAP)));
      for (let index = 0; index < shown; index++)
        context.fillRect(right - (width * (index + 0.5)) / shown, top, 1.5, height);
    }
  }

  /** From the end of a run to the restart that followed, or is to follow. */
  #drawWaits({ runs, isSupervised, look }: Item, x: (at: number) => number, now: number): void {
    if (!isSupervised) return;
    const context = this.#context;
    context.strokeStyle = color('warn');
    context.lineWidth = 2;
    context.setLineDash([2, 3]);
    context.beginPath();
    for (const [index, { node }] of runs.entries()) {
      const to = runs[index + 1]?.node.startedAt ?? (look === 'restarting' ? now : undefined);
      if (node.endedAt === undefined || to === undefined || to < node.endedAt || x(to) < 0) continue;
      context.moveTo(Math.max(0, x(node.endedAt)), this.#height / 2);
      context.lineTo(x(to), this.#height / 2);
    }
    context.stroke();
    context.setLineDash([]);
  }

  /** As in a marble diagram: a bar for an end, a cross for a failure. */
  #drawEnd({ node }: Row, x: (at: number) => number): void {
    if (node.state !== 'exited') return;
    const at = x(node.endedAt ?? node.since);
    if (at < -BAR) return;
    if (node.exit && isFailure(node.exit)) this.#cross(at, 4.5);
    else this.#fill(at - 1, (this.#height - BAR) / 2 - 3, 2, BAR + 6, 0, 'muted');
  }

  #drawFailuresBelow(item: Item, x: (at: number) => number): void {
    for (const child of flat(item.children)) {
      for (const { node } of child.runs) {
        const at = x(node.endedAt ?? node.since);
        if (node.exit && isFailure(node.exit) && at > -BAR)
          this.#fill(at - 1, this.#height / 2 - 6, 2, 12, 1, 'danger');
      }
    }
  }

  #fill(left: number, top: number, width: number, height: number, corner: number, name: string): void {
    const context = this.#context;
    context.fillStyle = color(name);
    context.beginPath();
    context.roundRect(left, top, width, height, Math.min(corner, width / 2));
    context.fill();
  }

  /** Slanted lines: a state that does not last. */
  #hatch(left: number, top: number, width: number, height: number, name: string): void {
    const context = this.#context;
    this.#fill(left, top, width, height, CORNER, `${name}-soft`);
    context.save();
    context.beginPath();
    context.roundRect(left, top, width, height, Math.min(CORNER, width / 2));
    context.clip();
    context.strokeStyle = color(name);
    context.lineWidth = 1.5;
    context.beginPath();
    const first = Math.max(left, 0) - height;
    for (let at = first; at < Math.min(left + width, this.#width); at += 6) {
      context.moveTo(at, top + height);
      context.lineTo(at + height, top);
    }
    context.stroke();
    context.restore();
  }

  #cross(at: number, size: number): void {
    const context = this.#context;
    const middle = this.#height / 2;
    for (const [name, width] of [
      ['panel', 5.5],
      ['danger', 2.25],
    ] as const) {
      context.strokeStyle = color(name);
      context.lineWidth = width;
      context.lineCap = 'round';
      context.beginPath();
      context.moveTo(at - size, middle - size);
      context.lineTo(at + size, middle + size);
      context.moveTo(at + size, middle - size);
      context.lineTo(at - size, middle + size);
      context.stroke();
    }
  }
}
