/** Child side: members for instances that the module constructs again as it loads; they do nothing and never settle. */
import type { Observable } from 'rxjs';
import type { ParentMembers, ParentStreams } from '../side';
import type { AwaitedKind } from './load/unexported/stuck-import';

export class Inert {
  #awaited: AwaitedKind = 'nothing';

  /** What code waits for in vain. A script that awaits a task at its top level does that. */
  get awaited(): AwaitedKind {
    return this.#awaited;
  }

  /** A promise that never settles. */
  promise(): Promise<never> {
    const onThen = () => {
      this.#awaited = 'promise';
    };
    // `await` calls `then` on a subclass of Promise. So a promise that is awaited differs from one that is only stored.
    class InertPromise extends Promise<never> {
      // biome-ignore lint/suspicious/noThenProperty: it detects that the promise is awaited
      override then(...callbacks: never[]): Promise<never> {
        onThen();
        return super.then(...callbacks);
      }
      static override get [Symbol.species]() {
        return Promise;
      }
    }
    return new InertPromise(() => {});
  }

  /** An async iterator that never yields. */
  async *messages(): AsyncGenerator<never, void, undefined> {
    yield await this.promise();
  }

  /** A stream that never emits. */
  stream(): Observable<never> {
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    return new Observable(() => {
      if (this.#awaited === 'nothing') this.#awaited = 'stream';
    });
  }

  readonly members: ParentMembers = inertMembers(this);
}

function inertMembers(inert: Inert): ParentMembers {
  const promise = () => inert.promise();
  return {
    side: 'parent',
    streams: inertStreams(inert),
    process: null,
    start: () => {},
    fields: () => ({}),
    wait: promise,
    result: promise,
    shutdown: promise,
    send: promise,
  };
}

/** Whatever the name of a stream, it never emits. */
const inertStreams = (inert: Inert): ParentStreams =>
  new Proxy({} as ParentStreams, {
    get(_, name) {
      if (name === 'messages') return () => inert.messages();
      const stream = inert.stream();
      return name === 'usage$' ? () => stream : stream;
    },
  });
