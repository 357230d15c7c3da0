/** Page: the runs of one line of the tree. One of them can be chosen. */

import { clockTime, count, duration } from '../display/format';
import { endedInWords, endLookOf, isAlive, lookOf, wordOf } from '../display/look';
import type { Row } from '../wire/frames';
import { el } from './dom';
import { symbol } from './symbols';

const MOST = 12;

export class RunList {
  readonly element = el('section', { class: 'runs' });
  readonly #onChoose: (id: string) => void;
  #shown = '';

  constructor(onChoose: (id: string) => void) {
    this.#onChoose = onChoose;
  }

  show(runs: readonly Row[], chosen: Row, now: number): void {
    this.element.hidden = runs.length < 2;
    if (this.element.hidden) return;
    const lines = runs
      .slice(-MOST)
      .toReversed()
      .map(run => lineOf(run, now));
    const shown = JSON.stringify([runs.length, lines, chosen.node.id]);
    if (this.#shown === shown) return;
    this.#shown = shown;
    const hadFocus = this.element.contains(document.activeElement);
    const buttons = lines.map(line => this.#button(line, line.id === chosen.node.id));
    const title = runs.length > MOST ? `The last ${MOST} of ${count(runs.length)} runs` : `${runs.length} runs`;
    this.element.replaceChildren(el('h3', {}, title), ...buttons);
    if (hadFocus) buttons.find(button => button.ariaPressed === 'true')?.focus();
  }

  #button({ id, look, at, lasted, words }: ReturnType<typeof lineOf>, isChosen: boolean): HTMLButtonElement {
    const button = el(
      'button',
      { type: 'button', 'data-look': look, 'aria-pressed': String(isChosen) },
      symbol(look),
      el('span', { class: 'number muted' }, at),
      el('span', { class: 'number' }, lasted),
      el('span', { class: 'words', title: words }, words),
    );
    button.addEventListener('click', () => this.#onChoose(id));
    return button;
  }
}

function lineOf(run: Row, now: number) {
  const { id, startedAt, endedAt, exit } = run.node;
  const look = isAlive(run) ? lookOf(run.node) : endLookOf(run.node);
  const words = isAlive(run) ? wordOf(look) : endedInWords(exit);
  return { id, look, at: clockTime(startedAt), lasted: duration((endedAt ?? now) - startedAt), words };
}
