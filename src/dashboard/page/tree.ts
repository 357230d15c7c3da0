/** Page: the tree of processes with their lanes: which lines are there, which is selected, and the keys. */

import type { Item } from '../display/items';
import { el, setAttribute, setChildren } from './dom';
import { type TimeWindow, WINDOWS } from './lane';
import { RowView } from './row-view';
import { TreeHead } from './tree-head';

export interface TreeListener {
  /** A line is to be shown in full. */
  onOpen(key: string): void;
  onWindow(window: TimeWindow): void;
  /** The lanes are to be drawn soon. */
  onDirty(): void;
}

/** ms between two looks at a tree that is empty. */
const IDLE = 1_000;

export class TreeView {
  readonly #listener: TreeListener;
  readonly #body = el('div', { class: 'body', role: 'rowgroup' });
  readonly #head: TreeHead;
  readonly #views = new Map<string, RowView>();
  readonly #visible = new Set<Element>();
  readonly #closed = new Set<string>();
  readonly #observer: IntersectionObserver;
  #shown: Item[] = [];
  #items: readonly Item[] = [];
  #current: string | undefined;
  #selected: string | undefined;
  #window: TimeWindow = WINDOWS[0];
  #laneWidth = 0;
  #laneHeight = 0;
  #drawnAt = 0;

  constructor(element: HTMLElement, listener: TreeListener) {
    this.#listener = listener;
    this.#head = new TreeHead(window => {
      this.#window = window;
      listener.onWindow(window);
    });
    element.append(this.#head.element, this.#body);
    this.#observer = new IntersectionObserver(entries => this.#onVisible(entries), { rootMargin: '120px' });
    new ResizeObserver(() => this.#onResize()).observe(this.#head.lane);
    matchMedia('(max-width: 760px)').addEventListener('change', () => this.#onResize());
    this.#body.addEventListener('click', event => this.#onClick(event));
    this.#body.addEventListener('keydown', event => this.#onKey(event));
    this.#body.addEventListener('focusin', event => this.#onFocus(event));
  }

  get window(): TimeWindow {
    return this.#window;
  }

  /** The line that is shown in full; undefined if none is. */
  select(key: string | undefined): void {
    this.#selected = key;
    for (const [each, { element }] of this.#views) setAttribute(element, 'aria-selected', String(each === key));
  }

  /** Moves the focus back to the line that has had it. */
  focus(): void {
    this.#views.get(this.#current ?? '')?.element.focus();
  }

  show(items: readonly Item[], now: number): void {
    this.#items = items;
    this.#shown = this.#openOf(items);
    const keys = new Set(this.#shown.map(({ key }) => key));
    for (const [key, view] of this.#views) if (!keys.has(key)) this.#remove(key, view);
    for (const item of this.#shown) {
      const view = this.#viewOf(item.key);
      view.show(item, !this.#closed.has(item.key), this.#visible.has(view.element), now);
    }
    setChildren(
      this.#body,
      this.#shown.map(({ key }) => this.#viewOf(key).element),
    );
    if (this.#current === undefined || !keys.has(this.#current)) this.#setCurrent(this.#shown[0]?.key);
    this.#listener.onDirty();
  }

  /** Draws the lanes that can be seen. Returns the ms after which they have moved by a pixel. */
  draw(now: number): number {
    if (this.#views.size === 0) return IDLE;
    if (this.#laneHeight === 0) this.#measure();
    for (const view of this.#views.values()) {
      if (!this.#visible.has(view.element)) continue;
      view.resizeLane(this.#laneWidth, this.#laneHeight);
      view.drawLane(now, this.#window);
    }
    this.#drawnAt = now;
    return this.#window.ms / Math.max(1, this.#laneWidth * devicePixelRatio);
  }

  /** Writes what changes as time passes. */
  showTime(now: number): void {
    for (const view of this.#views.values()) if (this.#visible.has(view.element)) view.showTime(now);
  }

  #openOf(items: readonly Item[]): Item[] {
    return items.flatMap(item => [item, ...(this.#closed.has(item.key) ? [] : this.#openOf(item.children))]);
  }

  #viewOf(key: string): RowView {
    let view = this.#views.get(key);
    if (!view) {
      view = new RowView();
      view.element.dataset['key'] = key;
      setAttribute(view.element, 'aria-selected', String(key === this.#selected));
      this.#views.set(key, view);
      this.#observer.observe(view.element);
    }
    return view;
  }

  #remove(key: string, view: RowView): void {
    const hadFocus = view.element.contains(document.activeElement);
    const next = hadFocus ? (view.element.nextElementSibling ?? view.element.previousElementSibling) : null;
    this.#observer.unobserve(view.element);
    this.#visible.delete(view.element);
    this.#views.delete(key);
    view.destroy();
    if (next instanceof HTMLElement) next.focus();
  }

  #onVisible(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#visible.add(target);
      else this.#visible.delete(target);
    }
    this.#listener.onDirty();
  }

  #measure(): void {
    const lane = this.#body.querySelector('.lane') ?? this.#head.lane;
    this.#laneWidth = lane.clientWidth;
    this.#laneHeight = lane === this.#head.lane ? 0 : lane.clientHeight;
  }

  #onResize(): void {
    this.#measure();
    this.#listener.onDirty();
  }

  #setCurrent(key: string | undefined): void {
    const before = this.#views.get(this.#current ?? '');
    if (before) before.element.tabIndex = -1;
    this.#current = key;
    const view = this.#views.get(key ?? '');
    if (view) view.element.tabIndex = 0;
  }

  #keyOf(event: Event): string | undefined {
    return event.target instanceof Element
      ? event.target.closest<HTMLElement>('[data-key]')?.dataset['key']
      : undefined;
  }

  #onFocus(event: Event): void {
    const key = this.#keyOf(event);
    if (key !== undefined) this.#setCurrent(key);
  }

  #onClick(event: MouseEvent): void {
    const key = this.#keyOf(event);
    if (key === undefined) return;
    this.#setCurrent(key);
    if (event.target instanceof Element && event.target.closest('.toggle')) return this.#toggle(key);
    this.#listener.onOpen(key);
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#shown.findIndex(({ key }) => key === this.#current);
    const item = this.#shown[at];
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = item.children.length > 0 && !this.#closed.has(item.key);
    switch (event.key) {
      case 'ArrowDown':
        this.#focusAt(at + 1);
        break;
      case 'ArrowUp':
        this.#focusAt(at - 1);
        break;
      case 'Home':
        this.#focusAt(0);
        break;
      case 'End':
        this.#focusAt(this.#shown.length - 1);
        break;
      case 'ArrowRight':
        if (isOpen) this.#focusAt(at + 1);
        else if (item.children.length > 0) this.#toggle(item.key);
        break;
      case 'ArrowLeft':
        if (isOpen) this.#toggle(item.key);
        else this.#focusAt(this.#shown.findLastIndex(({ depth }, index) => index < at && depth < item.depth));
        break;
      case 'Enter':
      case ' ':
        this.#listener.onOpen(item.key);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #focusAt(index: number): void {
    const item = this.#shown[index];
    if (item) this.#views.get(item.key)?.element.focus();
  }

  #toggle(key: string): void {
    if (!this.#closed.delete(key)) this.#closed.add(key);
    this.show(this.#items, this.#drawnAt);
  }
}
