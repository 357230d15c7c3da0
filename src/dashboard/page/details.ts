/** Page: all that is known of one line of the tree, beside it. */

import { factsOf } from '../display/facts';
import { clockTime } from '../display/format';
import { hasNoProcess, type Item, nameOf } from '../display/items';
import { endedInWords, isAlive, isFailure, lookOf } from '../display/look';
import type { Row } from '../wire/frames';
import { serverNow } from './clock';
import { control } from './control';
import { DetailCharts } from './detail-charts';
import { el, setAttribute, setText } from './dom';
import { OutputView } from './output';
import { RunList } from './run-list';
import { setSymbol, symbol } from './symbols';

/** A shutdown has to be asked for twice within this time, ms. */
const SURE = 4_000;

export class Details {
  readonly #element: HTMLElement;
  readonly #onClose: () => void;
  readonly #symbol = symbol('waiting');
  readonly #name = el('h2');
  readonly #kind = el('span', { class: 'muted' });
  readonly #close = el(
    'button',
    { class: 'icon-button', type: 'button', 'aria-label': 'Close the details' },
    symbol('close'),
  );
  readonly #facts = el('dl', { class: 'facts' });
  readonly #reason = el('div', { class: 'reason' });
  readonly #controls = el('div', { class: 'controls' });
  readonly #restart = el('button', { type: 'button', class: 'button' }, 'Restart');
  readonly #shutdown = el('button', { type: 'button', class: 'button danger' }, 'Shut down');
  readonly #answer = el('p', { class: 'answer', role: 'status' });
  readonly #charts = new DetailCharts();
  readonly #runs = new RunList(id => this.#choose(id));
  readonly #output = new OutputView();
  #item: Item | undefined;
  /** The `id` of the run that was chosen among several; undefined: the current one. */
  #chosen: string | undefined;
  #shown: string | undefined;
  #canControl = false;
  #isSure = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement, onClose: () => void) {
    this.#element = element;
    this.#onClose = onClose;
    this.#controls.append(this.#restart, this.#shutdown, this.#answer);
    element.append(
      el('div', { class: 'headline' }, this.#symbol, el('div', {}, this.#name, this.#kind), this.#close),
      this.#controls,
      this.#reason,
      this.#facts,
      this.#charts.element,
      this.#output.element,
      this.#runs.element,
    );
    this.#close.addEventListener('click', () => this.#onClose());
    this.#restart.addEventListener('click', () => void this.#order('restart'));
    this.#shutdown.addEventListener('click', () => this.#onShutdown());
  }

  set canControl(can: boolean) {
    this.#canControl = can;
  }

  show(item: Item, now: number): void {
    const isOther = this.#item?.key !== item.key;
    this.#item = item;
    if (isOther) {
      this.#element.hidden = false;
      this.#element.scrollTop = 0;
      // A process that has ended while it was shown has gone to another line.
      if (!item.runs.some(({ node }) => node.id === this.#shown)) this.#chosen = undefined;
      else if (item.isGathered) this.#chosen = this.#shown;
    }
    const run = item.runs.find(({ node }) => node.id === this.#chosen) ?? item.current;
    const { node } = run;
    if (this.#shown !== node.id) {
      this.#setSure(false);
      setText(this.#answer, '');
    }
    this.#shown = node.id;
    const look = lookOf(node);
    const name = nameOf(item);
    setText(this.#name, name);
    setText(this.#kind, node.title ?? (node.name === name ? node.kind : `${node.kind} ${node.name}`));
    setSymbol(this.#symbol, look);
    setAttribute(this.#element, 'data-look', look);
    this.#showControls(run);
    this.#showFacts(run, now);
    this.#showReason(isAlive(run) ? item.lastEnded : run, !isAlive(run));
    this.#charts.show(run, now);
    this.#runs.show(item.runs, run, now);
    this.#output.follow(hasNoProcess(run) ? undefined : node.id);
  }

  hide(): void {
    this.#item = undefined;
    this.#chosen = undefined;
    this.#shown = undefined;
    this.#element.hidden = true;
    this.#output.follow(undefined);
    this.#charts.clear();
  }

  focus(): void {
    this.#close.focus();
  }

  #choose(id: string): void {
    this.#chosen = id;
    if (this.#item) this.show(this.#item, serverNow());
  }

  #showControls(run: Row): void {
    this.#controls.hidden = !this.#canControl || !isAlive(run);
    this.#restart.hidden = !run.node.canRestart;
  }

  /** The first click asks whether it is meant. */
  #onShutdown(): void {
    const isSure = this.#isSure;
    this.#setSure(!isSure);
    if (isSure) void this.#order('shutdown');
  }

  #setSure(isSure: boolean): void {
    this.#isSure = isSure;
    setText(this.#shutdown, isSure ? 'Really shut down?' : 'Shut down');
    clearTimeout(this.#timer);
    if (isSure) this.#timer = setTimeout(() => this.#setSure(false), SURE);
  }

  async #order(action: 'shutdown' | 'restart'): Promise<void> {
    setText(this.#answer, 'Asking …');
    try {
      await control({ id: this.#shown as string, action });
      setText(this.#answer, action === 'shutdown' ? 'It was asked to stop.' : 'It was asked to restart.');
    } catch (error) {
      setText(this.#answer, `Refused: ${(error as Error).message}`);
    }
  }

  #showFacts({ node }: Row, now: number): void {
    const facts = factsOf(node, now);
    const isSame = this.#facts.childElementCount === facts.length;
    if (!isSame)
      this.#facts.replaceChildren(...facts.map(() => el('div', {}, el('dt'), el('dd', { class: 'number' }))));
    facts.forEach(([name, value], index) => {
      const box = this.#facts.children[index] as HTMLElement;
      setText(box.children[0] as HTMLElement, name);
      setText(box.children[1] as HTMLElement, value);
    });
  }

  #showReason(run: Row | undefined, isShown: boolean): void {
    this.#reason.hidden = !run;
    if (!run) return;
    const { exit, endedAt, since } = run.node;
    setAttribute(this.#reason, 'data-failed', exit && isFailure(exit) ? '' : undefined);
    const title = isShown ? 'Why it ended' : 'Why the last one ended';
    const facts = [
      exit?.reason,
      exit?.cause,
      exit?.code !== null && exit?.code !== undefined ? `exit code ${exit.code}` : undefined,
      exit?.signal,
      clockTime(endedAt ?? since),
    ];
    const head = facts.filter(Boolean).join(' · ');
    const text = exit?.error ?? endedInWords(exit);
    if (this.#reason.dataset['shown'] === `${title}${head}${text}`) return;
    this.#reason.dataset['shown'] = `${title}${head}${text}`;
    this.#reason.replaceChildren(el('h3', {}, title), el('p', { class: 'muted number' }, head), el('pre', {}, text));
  }
}
