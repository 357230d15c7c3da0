/** Parent side: lets a child keep the parent's event loop alive only while somebody waits for it. */
import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

export interface Referable {
  ref(): unknown;
  unref(): unknown;
}

export class KeepAlive {
  #holders = 0;
  #handles: Referable[] = [];

  /** Puts `handles` under this hold. */
  attach(handles: Referable[]): void {
    this.#handles = handles;
    this.#apply();
  }

  /** Lets go of the handles, for good. */
  detach(): void {
    this.#handles = [];
  }

  /** Holds until the returned function is called. */
  acquire(): () => void {
    this.#holders += 1;
    if (this.#holders === 1) this.#apply();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#apply();
    };
  }

  /** A switch: holds from a call with `true` to the next with `false`. */
  toggle(): (isHeld: boolean) => void {
    let release = () => {};
    return isHeld => {
      release();
      release = isHeld ? this.acquire() : () => {};
    };
  }

  /** Holds while the stream is subscribed to. */
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
