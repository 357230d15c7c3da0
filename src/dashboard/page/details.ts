/** Page: all that is known of one line of the tree, beside it. */
import { Chart, type ChartOptions } from './chart';
import { control } from './control';
import { el, setAttribute, setText } from './dom';
import { bytes, clockTime, count, duration, percent, rate, shortTime } from './format';
import { type Item, nameOf } from './items';
import { endedInWords, isFailure, symbolOf, wordOf } from './look';
import { OutputView } from './output';
import { setSymbol, symbol } from './symbols';

const HEIGHT = 104;
/** Runs that are listed. */
const MOST_RUNS = 8;
/** A shutdown has to be asked for twice within this time, ms. */
const SURE = 4_000;

const CHARTS: readonly (ChartOptions & { title: string })[] = [
  {
    title: 'Processor',
    lines: [{ label: 'processor', color: 'accent', pick: ([, cpu]) => cpu }],
    height: HEIGHT,
    top: 0.1,
    format: percent,
  },
  {
    title: 'Memory',
    lines: [{ label: 'memory', color: 'second', pick: ([, , memory]) => memory }],
    height: HEIGHT,
    top: 1e6,
    fromZero: false,
    format: bytes,
  },
  {
    title: 'Messages and turns of the loop, each second',
    lines: [
      { label: 'messages', color: 'accent', pick: ([, , , messages]) => messages },
      { label: 'turns', color: 'warn', pick: ([, , , , iterations]) => iterations },
    ],
    height: HEIGHT,
    top: 4,
    format: rate,
  },
];

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
  readonly #chartBox = el('div', { class: 'charts' });
  readonly #runs = el('section', { class: 'runs' });
  readonly #output = new OutputView();
  #charts: Chart[] = [];
  #item: Item | undefined;
  #canControl = false;
  #canRestart = false;
  #sureUntil = 0;

  constructor(element: HTMLElement, onClose: () => void) {
    this.#element = element;
    this.#onClose = onClose;
    this.#controls.append(this.#restart, this.#shutdown, this.#answer);
    element.append(
      el('div', { class: 'headline' }, this.#symbol, el('div', {}, this.#name, this.#kind), this.#close),
      this.#controls,
      this.#reason,
      this.#facts,
      this.#chartBox,
      this.#output.element,
      this.#runs,
    );
    this.#close.addEventListener('click', () => this.#onClose());
    this.#restart.addEventListener('click', () => void this.#order('restart'));
    this.#shutdown.addEventListener('click', () => this.#onShutdown());
    new ResizeObserver(() => this.#resize()).observe(this.#chartBox);
  }

  set canControl(can: boolean) {
    this.#canControl = can;
  }

  /** `isNew`: another line was chosen. */
  show(item: Item, canRestart: boolean, now: number): void {
    const isOther = this.#item?.key !== item.key;
    this.#item = item;
    this.#canRestart = canRestart;
    if (isOther) {
      this.#sureUntil = 0;
      setText(this.#answer, '');
      this.#element.hidden = false;
      this.#element.scrollTop = 0;
    }
    const { node } = item.current;
    setText(this.#name, nameOf(item));
    setText(this.#kind, node.title ?? (node.name === nameOf(item) ? node.kind : `${node.kind} ${node.name}`));
    setSymbol(this.#symbol, symbolOf(item.look));
    setAttribute(this.#element, 'data-look', item.look);
    this.#showControls(now);
    this.#showFacts(item, now);
    this.#showReason(item);
    this.#showCharts(item, now);
    this.#showRuns(item, now);
    const hasOutput = node.kind !== 'supervisor' && node.kind !== 'pool';
    this.#output.follow(hasOutput ? node.id : undefined);
  }

  hide(): void {
    this.#item = undefined;
    this.#element.hidden = true;
    this.#output.follow(undefined);
    for (const chart of this.#charts) chart.destroy();
    this.#charts = [];
    this.#chartBox.replaceChildren();
  }

  focus(): void {
    this.#close.focus();
  }

  #showControls(now: number): void {
    const { state } = (this.#item as Item).current.node;
    const isOver = state === 'exited';
    this.#controls.hidden = !this.#canControl;
    this.#restart.hidden = !this.#canRestart;
    this.#shutdown.disabled = isOver;
    setText(this.#shutdown, now < this.#sureUntil && !isOver ? 'Really shut down?' : 'Shut down');
  }

  #onShutdown(): void {
    const now = Date.now();
    if (this.#shutdown.textContent === 'Shut down') {
      this.#sureUntil = Number.POSITIVE_INFINITY;
      setText(this.#shutdown, 'Really shut down?');
      setTimeout(() => {
        this.#sureUntil = now;
        setText(this.#shutdown, 'Shut down');
      }, SURE);
      return;
    }
    void this.#order('shutdown');
  }

  async #order(action: 'shutdown' | 'restart'): Promise<void> {
    const item = this.#item as Item;
    this.#sureUntil = 0;
    setText(this.#answer, 'Asking …');
    try {
      await control({ id: item.current.node.id, action });
      setText(this.#answer, action === 'shutdown' ? 'It was asked to stop.' : 'It was asked to restart.');
    } catch (error) {
      setText(this.#answer, `Refused: ${(error as Error).message}`);
    }
  }

  #showFacts({ current, look }: Item, now: number): void {
    const { node } = current;
    const isOver = node.state === 'exited';
    const facts: [string, string][] = [
      ['State', isOver ? wordOf(look) : `${wordOf(look)} for ${duration(now - node.since)}`],
      ['Process id', node.pid === null ? '–' : String(node.pid)],
      ['Started', clockTime(node.startedAt)],
      [isOver ? 'Lasted' : 'Uptime', duration((isOver ? (node.endedAt ?? node.since) : now) - node.startedAt)],
    ];
    if (node.restarts !== undefined) facts.push(['Restarts', count(node.restarts)]);
    if (node.kind === 'loop') facts.push(['Turns', count(node.iterations)]);
    if (node.kind !== 'supervisor' && node.kind !== 'pool') facts.push(['Messages', count(node.messages)]);
    if (node.stats) {
      const { queued, running, done, failed, canceled, workers, utilization, waitTime, runTime } = node.stats;
      facts.push(['Workers', count(workers)], ['Busy', percent(utilization)], ['Queued', count(queued)]);
      facts.push(['At work', count(running)], ['Done', count(done)], ['Failed', count(failed)]);
      facts.push(['Canceled', count(canceled)]);
      for (const [name, { p50, p90, p99 }] of [
        ['Wait', waitTime],
        ['Run', runTime],
      ] as const) {
        facts.push([`${name} p50`, shortTime(p50)], [`${name} p90`, shortTime(p90)], [`${name} p99`, shortTime(p99)]);
      }
    }
    const isSame = this.#facts.childElementCount === facts.length;
    if (!isSame)
      this.#facts.replaceChildren(...facts.map(() => el('div', {}, el('dt'), el('dd', { class: 'number' }))));
    facts.forEach(([name, value], index) => {
      const box = this.#facts.children[index] as HTMLElement;
      setText(box.children[0] as HTMLElement, name);
      setText(box.children[1] as HTMLElement, value);
    });
  }

  #showReason({ current, lastEnded }: Item): void {
    this.#reason.hidden = !lastEnded;
    if (!lastEnded) return;
    const { exit, endedAt, since } = lastEnded.node;
    setAttribute(this.#reason, 'data-failed', exit && isFailure(exit) ? '' : undefined);
    const title = lastEnded === current ? 'Why it ended' : 'Why the last one ended';
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

  #showCharts({ current }: Item, now: number): void {
    const hasCharts = current.node.kind !== 'supervisor' && current.node.kind !== 'pool';
    this.#chartBox.hidden = !hasCharts;
    if (!hasCharts) return;
    if (this.#charts.length === 0) {
      this.#charts = CHARTS.map(({ title, ...options }) => {
        const box = el('div', { class: 'chart', 'aria-hidden': 'true' });
        const keys =
          options.lines.length < 2
            ? []
            : options.lines.map(line => el('span', { class: `key ${line.color}` }, line.label));
        this.#chartBox.append(el('section', {}, el('h3', {}, title, ...keys), box));
        return new Chart(box, this.#chartBox.clientWidth, options);
      });
    }
    for (const chart of this.#charts) chart.show(current.samples, now);
  }

  #resize(): void {
    for (const chart of this.#charts) chart.resize(this.#chartBox.clientWidth);
  }

  #showRuns({ runs, current }: Item, now: number): void {
    this.#runs.hidden = runs.length < 2;
    if (runs.length < 2) return;
    const shown = runs.slice(-MOST_RUNS).toReversed();
    const lines = shown.map(({ node }) => {
      const isFailed = node.exit !== undefined && isFailure(node.exit);
      const name = node.state !== 'exited' ? 'running' : isFailed ? 'failed' : 'ended';
      const lasted = duration((node.endedAt ?? now) - node.startedAt);
      const words = node.state !== 'exited' ? (node === current.node ? 'now' : node.state) : endedInWords(node.exit);
      return [name, clockTime(node.startedAt), lasted, words] as const;
    });
    const text = JSON.stringify(lines);
    if (this.#runs.dataset['shown'] === text) return;
    this.#runs.dataset['shown'] = text;
    const items = lines.map(([name, at, lasted, words]) =>
      el(
        'li',
        { 'data-look': name },
        symbol(name),
        el('span', { class: 'number muted' }, at),
        el('span', { class: 'number' }, lasted),
        el('span', { class: 'words', title: words }, words),
      ),
    );
    this.#runs.replaceChildren(el('h3', {}, 'Runs'), el('ol', {}, ...items));
  }
}
