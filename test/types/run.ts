/** Compile-only: what result$ and message$ make of run(). */
import { type MessageOf, type ResultOf, Subprocess, SubprocessLoop } from 'offspring-rx';
import type { InteropObservable, Observable } from 'rxjs';
import { same, some } from './expect.js';

type Messages<T extends { message$: Observable<unknown> }> = T['message$'];
type Results<T extends { result$: Observable<unknown> }> = T['result$'];

// What run() returns
class Value extends Subprocess {
  override run() {
    return 42 as number;
  }
}
class Later extends Subprocess {
  override async run() {
    return { lines: 1 };
  }
}
class Sometimes extends Subprocess {
  override run(): string | Promise<number> {
    return some<string>();
  }
}
class Nothing extends Subprocess {
  override run() {}
}
class Anything extends Subprocess {
  override run(): unknown {
    return 1;
  }
}
same<Results<Value>, Observable<number>>(true);
same<Results<Later>, Observable<{ lines: number }>>(true);
same<Results<Sometimes>, Observable<string | number>>(true);
same<Results<Nothing>, Observable<void>>(true);
same<Results<Anything>, Observable<unknown>>(true);
same<ReturnType<Later['result']>, Promise<{ lines: number }>>(true);
same<ResultOf<Later>, { lines: number }>(true);
same<MessageOf<Value>, unknown>(true);
same<Messages<Value>, Observable<unknown>>(true);

// What its generator returns, and yields
class Generates extends Subprocess {
  override *run() {
    yield { percent: 1 };
    return 'done' as string;
  }
}
class GeneratesLater extends Subprocess {
  override async *run() {
    yield 1 as number;
    yield 'two' as string;
    return true as boolean;
  }
}
class GeneratesNothing extends Subprocess {
  override *run() {
    yield 1 as number;
  }
}
same<Results<Generates>, Observable<string>>(true);
same<Messages<Generates>, Observable<{ percent: number }>>(true);
same<MessageOf<Generates>, { percent: number }>(true);
same<Results<GeneratesLater>, Observable<boolean>>(true);
same<Messages<GeneratesLater>, Observable<string | number>>(true);
same<Results<GeneratesNothing>, Observable<void>>(true);

// What its Observable emits
class Observes extends Subprocess {
  override run() {
    return some<Observable<Date>>();
  }
}
same<Results<Observes>, Observable<void>>(true);
same<ReturnType<Observes['result']>, Promise<void>>(true);
same<Messages<Observes>, Observable<Date>>(true);

// The declared Message goes before what run() yields, which has to be one
class Declared extends Subprocess<[], { lines: number }> {
  override async run() {
    await this.emit({ lines: 1 });
    // @ts-expect-error: no such Message
    await this.emit({ line: 1 });
    return 1 as number;
  }
}
class Wider extends Subprocess<[], string | number> {
  override *run() {
    yield 1 as number;
  }
}
class NoMessages extends Subprocess<[], never> {
  override async run() {
    // @ts-expect-error: it has no messages
    await this.emit(1);
  }
}
same<Messages<Declared>, Observable<{ lines: number }>>(true);
same<MessageOf<Declared>, { lines: number }>(true);
same<Messages<Wider>, Observable<string | number>>(true);
same<Messages<NoMessages>, Observable<never>>(true);

class Wrong extends Subprocess<[], { lines: number }> {
  override *run() {
    yield 'a line';
  }
}
class WrongObservable extends Subprocess<[], string> {
  override run() {
    return some<Observable<number>>();
  }
}
// @ts-expect-error: run() yields something that is not the declared Message
new Wrong().message$.subscribe(({ lines }) => lines);
// @ts-expect-error: the same of an Observable
new WrongObservable().message$.subscribe(message => message.length);
new Wrong().message$.subscribe(({ error }) => error);

// A loop has no result, and iterations instead
class Loop extends SubprocessLoop<[url: string], number> {
  override async loop() {
    await this.emit(1);
    return 1_000;
  }
}
same<Results<Loop>, Observable<void>>(true);
same<Messages<Loop>, Observable<number>>(true);
same<Loop['iteration$'], Observable<{ index: number; duration: number; sleep: number | false }>>(true);
// @ts-expect-error: only a loop has iterations
new Value().iteration$;

class Ends extends SubprocessLoop {
  override begin() {}
  override loop() {
    return false as const;
  }
  override async end() {}
}
class Rests extends SubprocessLoop {
  override loop() {}
}
same<Results<Ends>, Observable<void>>(true);
new Rests();

class WrongLoop extends SubprocessLoop {
  // @ts-expect-error: a loop returns ms, false or nothing
  override loop() {
    return '5';
  }
}
new WrongLoop();

// A subclass of a subclass
class Inherits extends Declared {
  override async run() {
    return 2;
  }
}
same<Messages<Inherits>, Observable<{ lines: number }>>(true);
same<Results<Inherits>, Observable<number>>(true);

// @ts-expect-error: run() is missing
class NoRun extends Subprocess {}
new NoRun();

// An AsyncIterable, another library's Observable, and a promise of one
class Iterates extends Subprocess {
  override run() {
    return some<AsyncIterable<Date>>();
  }
}
class ObservesElse extends Subprocess {
  override run() {
    return some<InteropObservable<number>>();
  }
}
class ObservesLater extends Subprocess {
  override async run() {
    return some<Observable<Date>>();
  }
}
same<Results<Iterates>, Observable<void>>(true);
same<Messages<Iterates>, Observable<Date>>(true);
same<Results<ObservesElse>, Observable<void>>(true);
same<Messages<ObservesElse>, Observable<number>>(true);
same<Results<ObservesLater>, Observable<void>>(true);
same<Messages<ObservesLater>, Observable<Date>>(true);
