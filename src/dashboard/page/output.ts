/** Page: the last lines that a process has written. */

import { clockTime, plural } from '../display/format';
import { whyNoOutput } from '../display/why-no-output';
import { type OutputFrame, type OutputLine, PATHS } from '../wire/frames';
import { el } from './dom';

const MOST_LINES = 400;
/** Pixels from the end within which new lines are followed. */
const NEAR = 24;

export class OutputView {
  readonly element: HTMLElement;
  readonly #list = el('div', { class: 'lines', role: 'log', 'aria-label': 'Output', tabindex: '0' });
  readonly #why = el('p', { class: 'muted why' });
  #source: EventSource | undefined;
  #id: string | undefined;

  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#close();
      else this.#open();
    });
    this.element = el('section', { class: 'output' }, el('h3', {}, 'Output'), this.#why, this.#list);
  }

  /** Shows the output of a process from now on; undefined: of none. */
  follow(id: string | undefined): void {
    if (id === this.#id) return;
    this.#id = id;
    this.#close();
    this.#list.replaceChildren();
    this.element.hidden = id === undefined;
    if (id === undefined) return;
    this.#say(undefined);
    this.#open();
  }

  /** A page that nobody sees asks for no output. */
  #open(): void {
    if (this.#id === undefined || this.#source || document.hidden) return;
    const source = new EventSource(`.${PATHS.output}?id=${encodeURIComponent(this.#id)}`);
    this.#source = source;
    source.addEventListener('output', event => {
      this.#list.replaceChildren();
      this.#add(JSON.parse((event as MessageEvent<string>).data));
    });
    source.addEventListener('lines', event => this.#add(JSON.parse((event as MessageEvent<string>).data)));
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #add({ from, lines, skipped }: OutputFrame): void {
    const list = this.#list;
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    if (skipped > 0) list.append(el('div', { class: 'skipped' }, `${plural(skipped, 'line')} left out`));
    list.append(...lines.map(lineElement));
    while (list.childElementCount > MOST_LINES) list.firstElementChild?.remove();
    this.#say(list.childElementCount > 0 && from !== 'gone' ? undefined : whyNoOutput(from));
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  #say(why: string | undefined): void {
    this.#why.hidden = why === undefined;
    this.#list.hidden = this.#list.childElementCount === 0;
    this.#why.textContent = why ?? '';
  }
}

function lineElement({ stream, text, at, cut }: OutputLine): HTMLElement {
  return el(
    'div',
    { class: stream },
    el('time', {}, clockTime(at)),
    el('bdi', {}, text),
    cut !== undefined && el('span', { class: 'cut' }, ` … ${plural(cut, 'more character')}`),
  );
}
