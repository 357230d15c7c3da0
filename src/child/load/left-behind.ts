/** Child side: tells whether a module can go on running code of its own once it is loaded. */
import { AsyncResource } from 'node:async_hooks';
import { clearTimeout, setTimeout } from '../../util/timers';

const [MAJOR] = process.versions.node.split('.').map(Number);
/** Node 20 reads an ES module by five asynchronous operations: open (two), stat, read and close. Later ones read at once. */
const PER_READ_MODULE = MAJOR === 20 ? 5 : 0;

/** Asynchronous operations that this library began, and not the module. */
let own = 0;
/** Active resources that belong to this library. */
const ownResources: string[] = [];

/**
 * How many asynchronous operations have been begun in this process, those of this library aside. Node numbers each of
 * them: timers, also those that are unref'd, sockets, servers, watchers, signals, files, and work in threads. It does
 * not number promises unless somebody traces them. https://nodejs.org/api/async_hooks.html#asyncresourceasyncid
 */
function operations(): number {
  const id = new AsyncResource('offspring-rx').asyncId();
  own += 1;
  return id - own;
}

/** Notes one operation of this library that begins while a module may be loading. */
export function noteOwn(): void {
  own += 1;
}

/** Calls what begins operations of this library while a module may be loading. */
export function beginOwn<T>(begin: () => T): T {
  const before = operations();
  const value = begin();
  const after = operations();
  own += after - before;
  return value;
}

/** The same for what stays open, as a socket does. */
export function openOwn(open: () => void): void {
  const before = process.getActiveResourcesInfo();
  beginOwn(open);
  const after = process.getActiveResourcesInfo();
  for (const resource of before) after.splice(after.indexOf(resource), 1);
  ownResources.push(...after);
}

/**
 * Called before a module is loaded. Returns what tells afterwards whether the module, or one that it loaded, left
 * something that can run its code later. An async_hooks hook would tell exactly, but slows down every later await.
 */
export function watchLeftBehind(load: 'require' | 'import'): () => Promise<boolean> {
  const readsAsync = load === 'import' && PER_READ_MODULE > 0;
  let isListening = false;
  const onListener = () => {
    isListening = true;
  };
  process.on('newListener', onListener);
  const wereCalled = watchCalls([...UNNUMBERED, ...(readsAsync ? [unref()] : [])]);
  const resources = readsAsync ? process.getActiveResourcesInfo() : undefined;
  const before = operations();
  return async () => {
    // Microtasks of the module come before this tick.
    await new Promise<void>(resolve => beginOwn(() => process.nextTick(resolve)));
    const begun = operations() - before;
    process.off('newListener', onListener);
    if (wereCalled() || isListening) return true;
    if (!resources) return begun !== 0;
    return begun % PER_READ_MODULE !== 0 || hasMore(resources);
  };
}

type Method = [object: object, name: string];

/** Absent under --jitless. */
const { WebAssembly = {} } = globalThis as { WebAssembly?: object };
/** What begins work in the background that has no number. */
const UNNUMBERED: Method[] = [
  [WebAssembly, 'compile'],
  [WebAssembly, 'instantiate'],
  [Atomics, 'waitAsync'],
];

/** The method that hides a timer from the active resources. */
function unref(): Method {
  const timer = beginOwn(() => setTimeout(() => {}, 0));
  clearTimeout(timer);
  return [Object.getPrototypeOf(timer), 'unref'];
}

/** Watches for calls of methods. Returns what ends that and tells whether there were any. */
function watchCalls(methods: Method[]): () => boolean {
  let isCalled = false;
  const restore = methods.map(([object, name]) => {
    const original = Object.getOwnPropertyDescriptor(object, name);
    if (typeof original?.value !== 'function') return () => {};
    const { value: method } = original;
    function watched(this: unknown, ...args: unknown[]): unknown {
      isCalled = true;
      return method.apply(this, args);
    }
    Object.defineProperty(object, name, { ...original, value: watched });
    return () => {
      // Unless the module has replaced it too.
      if (Object.getOwnPropertyDescriptor(object, name)?.value === watched)
        Object.defineProperty(object, name, original);
    };
  });
  return () => {
    for (const each of restore) each();
    return isCalled;
  };
}

/** Whether a resource is active now that was not so before. CloseReq: Node is just closing a file that it has read. */
function hasMore(before: string[]): boolean {
  const known = [...before, ...ownResources];
  return process.getActiveResourcesInfo().some(resource => {
    const at = known.indexOf(resource);
    if (at >= 0) known.splice(at, 1);
    return at < 0 && resource !== 'CloseReq';
  });
}
