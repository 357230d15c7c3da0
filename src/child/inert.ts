/** Child side: instances that code of the module constructs once more; they make no process and never settle. */
import type { Observable } from 'rxjs';
import type { ParentMembers, ParentStreams } from '../side';

/** A promise that is awaited tells more than a stream that is subscribed to. */
export type Awaited = 'nothing' | 'stream' | 'promise';

export class Inert {
  #awaited: Awaited = 'nothing';

  /** Whether somebody waits for what never comes: a script that awaits a task at its top level does. */
  get awaited(): Awaited {
    return this.#awaited;
  }

  /** A promise that never settles. */
  promise(): Promise<never> {
    const noticed = () => {
      this.#awaited = 'promise';
    };
    // `await` calls the `then` of a subclass, which tells a promise that is kept from one that is waited for.
    class InertPromise extends Promise<never> {
      // biome-ignore lint/suspicious/noThenProperty: noticing is its purpose
      override then(...callbacks: never[]): Promise<never> {
        noticed();
        return super.then(...callbacks);
      }
      static override get [Symbol.species]() {
        return Promise;
      }
    }
    return new InertPromise(() => {});
  }

  /** An iteration that never goes on. */
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
    get: (_, name) => (name === 'messages' ? () => inert.messages() : inert.stream()),
  });
