/** Page: the filter by name and by state. The states' chips also tell how many there are. */

import { count } from '../display/format';
import { type Filter, flat, hasNoProcess, type Item } from '../display/items';
import { endLookOf, LOOKS, type Look, lookOf, wordOf } from '../display/look';
import { byId, el, setText } from './dom';
import { symbol } from './symbols';

export class FilterBar {
  readonly #input = byId<HTMLInputElement>('filter');
  readonly #chips: ReadonlyMap<Look, { button: HTMLButtonElement; number: HTMLElement }>;
  readonly #looks = new Set<Look>();

  constructor(onChange: () => void) {
    const chips = LOOKS.map(look => {
      const number = el('span', { class: 'number' }, '0');
      const button = el(
        'button',
        { type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-look': look },
        symbol(look),
        el('span', {}, wordOf(look)),
        number,
      );
      button.addEventListener('click', () => {
        const isOn = !this.#looks.delete(look);
        if (isOn) this.#looks.add(look);
        button.setAttribute('aria-pressed', String(isOn));
        onChange();
      });
      return [look, { button, number }] as const;
    });
    this.#chips = new Map(chips);
    byId('looks').append(...chips.map(([, { button }]) => button));
    this.#input.addEventListener('input', onChange);
  }

  get isOn(): boolean {
    return this.#looks.size > 0 || this.#input.value.trim() !== '';
  }

  filter(endedAfter: number): Filter {
    return { text: this.#input.value.trim().toLowerCase(), looks: this.#looks, endedAfter };
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  get hasFocus(): boolean {
    return document.activeElement === this.#input;
  }

  /** Clears the text. Returns false if there was none. */
  clear(): boolean {
    if (this.#input.value === '') return false;
    this.#input.value = '';
    this.#input.dispatchEvent(new Event('input'));
    return true;
  }

  /** Counts the lines of processes, without supervisors and pools. In a line of several that have ended, each counts. */
  show(items: readonly Item[]): void {
    const counts = new Map<Look, number>();
    for (const { current, runs, isGathered } of flat(items)) {
      if (hasNoProcess(current)) continue;
      for (const { node } of isGathered ? runs : [current]) {
        const look = isGathered ? endLookOf(node) : lookOf(node);
        counts.set(look, (counts.get(look) ?? 0) + 1);
      }
    }
    for (const [look, { button, number }] of this.#chips) {
      const found = counts.get(look) ?? 0;
      setText(number, count(found));
      button.classList.toggle('none', found === 0);
    }
  }
}
