/** Page: a card for each pool: how busy it is, what waits, how long items take. */
import type { NodeStats, NodeTimes } from '../../model/process-node';
import { count, percent, shortTime } from '../display/format';
import { flat, type Item, nameOf } from '../display/items';
import { el, setChildren, setText } from './dom';

const TIMES = ['p50', 'p90', 'p99'] as const;
const COUNTS = [
  ['queued', 'queued'],
  ['running', 'at work'],
  ['done', 'done'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
] as const satisfies readonly (readonly [keyof NodeStats, string])[];

export class Pools {
  readonly #element: HTMLElement;
  readonly #onOpen: (key: string) => void;
  readonly #cards = new Map<string, Card>();

  constructor(element: HTMLElement, onOpen: (key: string) => void) {
    this.#element = element;
    this.#onOpen = onOpen;
  }

  show(items: readonly Item[]): void {
    const pools = [...flat(items)].filter(({ current: { node } }) => node.kind === 'pool' && node.state !== 'exited');
    const cards = pools.map(item => {
      const card = this.#cards.get(item.key) ?? new Card(() => this.#onOpen(item.key));
      this.#cards.set(item.key, card);
      card.show(item);
      return card.element;
    });
    for (const [key, card] of this.#cards) if (!cards.includes(card.element)) this.#cards.delete(key);
    setChildren(this.#element, cards);
    this.#element.hidden = cards.length === 0;
  }
}

class Card {
  readonly element: HTMLElement;
  readonly #name = el('h2');
  readonly #workers = el('span', { class: 'muted number' });
  readonly #meter = el('div', {
    class: 'meter',
    role: 'meter',
    'aria-label': 'Busy',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
  });
  readonly #busy = el('span', { class: 'number big' });
  readonly #counts = COUNTS.map(([, label]) => ({ label, value: el('dd', { class: 'number' }) }));
  readonly #wait = TIMES.map(() => el('td', { class: 'number' }));
  readonly #run = TIMES.map(() => el('td', { class: 'number' }));

  constructor(onOpen: () => void) {
    const open = el('button', { type: 'button', class: 'open' }, this.#name);
    open.addEventListener('click', onOpen);
    const head = el(
      'tr',
      {},
      el('th', { scope: 'col' }, el('span', { class: 'hidden' }, 'Time')),
      ...TIMES.map(name => el('th', { scope: 'col' }, name)),
    );
    const row = (name: string, cells: readonly HTMLElement[]) =>
      el('tr', {}, el('th', { scope: 'row' }, name), ...cells);
    this.element = el(
      'article',
      { class: 'card pool' },
      el('div', { class: 'pool-head' }, open, this.#workers),
      el('div', { class: 'busy' }, this.#busy, el('span', { class: 'muted' }, 'busy'), this.#meter),
      el(
        'dl',
        { class: 'counts' },
        ...this.#counts.map(({ label, value }) => el('div', {}, el('dt', {}, label), value)),
      ),
      el('table', {}, el('thead', {}, head), el('tbody', {}, row('wait', this.#wait), row('run', this.#run))),
    );
  }

  show(item: Item): void {
    const { stats } = item.current.node;
    setText(this.#name, nameOf(item));
    if (!stats) return;
    setText(this.#workers, stats.workers === 1 ? '1 worker' : `${count(stats.workers)} workers`);
    const busy = Math.round(Math.min(1, stats.utilization) * 100);
    setText(this.#busy, percent(stats.utilization));
    this.#meter.setAttribute('aria-valuenow', String(busy));
    this.#meter.style.setProperty('--part', `${busy}%`);
    COUNTS.forEach(([key], index) => {
      const { value } = this.#counts[index] as { value: HTMLElement };
      setText(value, count(stats[key]));
      value.toggleAttribute('data-failed', key === 'failed' && stats.failed > 0);
    });
    showTimes(this.#wait, stats.waitTime);
    showTimes(this.#run, stats.runTime);
  }
}

function showTimes(cells: readonly HTMLElement[], times: NodeTimes): void {
  TIMES.forEach((name, index) => {
    setText(cells[index] as HTMLElement, times.count === 0 ? '–' : shortTime(times[name]));
  });
}
