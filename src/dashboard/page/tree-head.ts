/** Page: the head of the tree: the names of the columns, the axis of the timeline, and how much time it shows. */
import { el } from './dom';
import { type TimeWindow, WINDOWS } from './lane';

const COLUMNS = [
  ['first', 'Process'],
  ['state', 'State'],
  ['cpu', 'Processor'],
  ['memory', 'Memory'],
  ['activity', 'Activity'],
] as const;

export class TreeHead {
  readonly element: HTMLElement;
  /** The head of the timeline, which is as wide as a lane. */
  readonly lane = el('div', { class: 'cell lane', role: 'columnheader' });
  readonly #axis = el('span', { class: 'axis', 'aria-hidden': 'true' });

  constructor(onWindow: (window: TimeWindow) => void) {
    const heads = COLUMNS.map(([name, title]) => el('div', { class: `cell ${name}`, role: 'columnheader' }, title));
    this.lane.append(el('span', { class: 'title' }, 'Timeline'), this.#windows(onWindow), this.#axis);
    const row = el('div', { class: 'row', role: 'row' }, ...heads, this.lane);
    this.element = el('div', { class: 'head', role: 'rowgroup' }, row);
    this.#showAxis(WINDOWS[0]);
  }

  #windows(onWindow: (window: TimeWindow) => void): HTMLElement {
    const buttons = WINDOWS.map(window => {
      const button = el('button', { type: 'button', 'aria-pressed': String(window === WINDOWS[0]) }, window.label);
      button.addEventListener('click', () => {
        for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
        this.#showAxis(window);
        onWindow(window);
      });
      return button;
    });
    return el('span', { class: 'segments', role: 'group', 'aria-label': 'Time shown' }, ...buttons);
  }

  #showAxis({ ms }: TimeWindow): void {
    const labels = [1, 0.75, 0.5, 0.25, 0].map(part => el('span', {}, ago((ms * part) / 1_000)));
    this.#axis.replaceChildren(...labels);
  }
}

function ago(seconds: number): string {
  if (seconds === 0) return 'now';
  return seconds <= 60 ? `−${seconds} s` : `−${seconds / 60} m`;
}
