/** Parent side: keeps the parent's event loop alive while somebody waits for a child. */
import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Referable } from '../spawn/spawn-child';

export class KeepAlive {
  #holders = 0;
  #handles: Referable[] = [];

  /** Whether the event loop cannot run out because of it. */
  get isEffective(): boolean {
    return this.#holders > 0 && this.#handles.length > 0;
  }

  /** From now on, `handles` are the ones that keep the event loop alive, or do not. */
  attach(handles: Referable[]): void {
    this.#handles = handles;
    this.#apply();
  }

  /** Forgets the handles. */
  detach(): void {
    this.#handles = [];
  }

  /** Keeps the event loop alive until the returned function is called. */
  acquire(): () => void {
    this.#holders += 1;
    if (this.#holders === 1) this.#apply();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#apply();
    };
  }

  /** Returns a switch. A call with `true` keeps the event loop alive until a call with `false`. */
  toggle(): (isHeld: boolean) => void {
    let release = () => {};
    return isHeld => {
      release();
      release = isHeld ? this.acquire() : () => {};
    };
  }

  /** Keeps the event loop alive until the promise that it returns is settled. */
  until<T>(begin: (settle: (value: T) => void, fail: (error: unknown) => void) => void): Promise<T> {
    const release = this.acquire();
    return new Promise((resolve, reject) => {
      const settle = (value: T) => {
        release();
        resolve(value);
      };
      const fail = (error: unknown) => {
        release();
        reject(error);
      };
      try {
        begin(settle, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Keeps the event loop alive while the stream has a subscriber. */
  during<T>(): MonoTypeOperatorFunction<T> {
    return source$ =>
      new Observable(subscriber => {
        subscriber.add(this.acquire());
        return source$.subscribe(subscriber);
      });
  }

  #apply(): void {
    for (const handle of this.#handles) this.#holders > 0 ? handle.ref() : handle.unref();
  }
}
