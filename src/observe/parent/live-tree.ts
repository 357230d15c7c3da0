/** Parent side: the tree of this process's processes, supervisors and pools. It exists only while somebody looks at it. */
import { type Group, liveGroups, liveTasks, watchCensus } from '../../census';
import type { ProcessNode } from '../../model/process-node';
import { acrossCopies } from '../../util/across-copies';
import { clearTimeout, queueMicrotask, setTimeout } from '../../util/timers';
import { watchableOf } from '../../watchable';
import { endedTooLongAgo } from './forget-ended';
import { GroupSource } from './group-source';
import { Look, type LookOptions } from './look';
import type { Source, TreeOfSource } from './source';
import { TaskSource } from './task-source';

export class LiveTree implements TreeOfSource {
  readonly #ids = new WeakMap<object, string>();
  #lastId = 0;
  /** By the `id` of the own node of each. */
  readonly #sources = new Map<string, Source>();
  readonly #looks = new Set<Look>();
  #unwatch = () => {};
  #timer: NodeJS.Timeout | undefined;
  /** The interval of the timer, ms. */
  #planned = 0;
  #keepsOutput = false;
  #isScanDue = false;

  /** Begins to look. `onChange` is called after changes. Does not keep this process alive. */
  look(options: LookOptions, onChange: () => void): Look {
    const look = new Look(this, options, onChange);
    this.#looks.add(look);
    if (this.#looks.size === 1) this.#open();
    else this.replan();
    return look;
  }

  /** Ends a look. */
  leave(look: Look): void {
    if (!this.#looks.delete(look)) return;
    if (this.#looks.size === 0) this.#close();
    else this.replan();
  }

  get interval(): number {
    return Math.min(...[...this.#looks].map(({ options }) => options.interval));
  }

  get keepsOutput(): boolean {
    return [...this.#looks].some(({ options }) => options.keepsOutput);
  }

  /** All nodes, those that others belong to first. */
  get nodes(): ProcessNode[] {
    const nodes = this.#all();
    const forgotten = endedTooLongAgo(nodes);
    if (forgotten.length === 0) return nodes;
    for (const source of this.#sources.values()) for (const id of forgotten) source.nested.delete(id);
    for (const id of forgotten) this.#sources.delete(id);
    return this.#all();
  }

  idOf(entry: object): string {
    const known = this.#ids.get(entry);
    if (known !== undefined) return known;
    this.#lastId += 1;
    const id = String(this.#lastId);
    this.#ids.set(entry, id);
    return id;
  }

  /** The source whose own node has this `id`, and the rest of the `id` if it is that of a nested node. */
  find(id: string): { source: Source; rest: string } | undefined {
    const [own = '', ...rest] = id.split('.');
    const source = this.#sources.get(own);
    return source && { source, rest: rest.join('.') };
  }

  /** What those who look want has changed. */
  replan(): void {
    const { interval, keepsOutput } = this;
    if (interval === this.#planned && keepsOutput === this.#keepsOutput) return;
    this.#keepsOutput = keepsOutput;
    if (interval !== this.#planned) this.#plan();
    for (const source of this.#sources.values()) source.onPlan?.();
  }

  refresh(): void {
    for (const source of this.#sources.values()) source.refresh();
  }

  onChange(): void {
    for (const look of this.#looks) look.changed();
  }

  #open(): void {
    this.#unwatch = watchCensus(() => this.#scanSoon());
    this.#keepsOutput = this.keepsOutput;
    this.#scan();
    this.#scanSoon();
    this.#plan();
  }

  #close(): void {
    this.#unwatch();
    clearTimeout(this.#timer);
    for (const source of this.#sources.values()) source.close();
    this.#sources.clear();
  }

  /** A task that was just added is still being constructed. */
  #scanSoon(): void {
    if (this.#isScanDue) return;
    this.#isScanDue = true;
    queueMicrotask(() => {
      this.#isScanDue = false;
      if (this.#looks.size > 0) this.#scan();
    });
  }

  /** Takes in what is new, and finds the supervisors and pools that have ended. */
  #scan(): void {
    const groups = new Set(liveGroups());
    const ids = new Set([...groups].map(group => this.idOf(group)));
    for (const [id, source] of this.#sources) if (source instanceof GroupSource && !ids.has(id)) source.end();
    for (const group of groups) this.#add(group, () => new GroupSource(group, this));
    for (const task of liveTasks()) {
      // One that is still being constructed has none, nor has one of an older copy of the package.
      const view = watchableOf(task)?.view;
      if (view) this.#add(task, () => new TaskSource(task, view, this));
    }
  }

  #add(entry: object | Group, make: () => Source): void {
    const id = this.idOf(entry);
    if (this.#sources.has(id)) return;
    this.#sources.set(id, make());
    this.onChange();
  }

  /** Plans the next look at what changes without an event. */
  #plan(): void {
    this.#planned = this.interval;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.refresh();
      this.#plan();
    }, this.#planned).unref();
  }

  #all(): ProcessNode[] {
    return [...this.#sources.values()].flatMap(({ node, nested }) => [node, ...nested.values()]);
  }
}

/** The tree of this process, which all copies of the package share. */
export const liveTree = (): LiveTree => acrossCopies('live-tree', () => new LiveTree());
