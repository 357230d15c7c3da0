/** Row 76: a stream of a pool whose signal aborts. */
import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { StateError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom, from, lastValueFrom, NEVER, Subject, takeWhile } from 'rxjs';
import { fixture } from '../support/fixture';
import { listOf } from '../support/list-of';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';

const { Adding, Naming, WaitingBriefly } = fixture<typeof import('../fixtures/pool')>('pool');

const failureOf = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    value => expect.fail(`it resolved with ${String(value)}`),
    error => error,
  );

describe('76 the signal of map()', () => {
  const reason = new Error('enough');

  it('ends the stream with its reason, and gives up what is at work and what waits, as that of run() does', async () => {
    await using pool = new WorkerPool(WaitingBriefly, { workers: 1, cancelGrace: 0 });
    for (const settle of [false, true]) {
      const controller = new AbortController();
      const { signal } = controller;
      const seen: unknown[] = [];
      const mapped = pool.map(['for ever', 1, 2], { signal, settle } as object);
      const failure = failureOf(lastValueFrom(mapped));
      mapped.subscribe({ next: value => seen.push(value), error: error => seen.push(error) });
      await poll('one is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
      controller.abort(reason);
      expect(seen).to.deep.equal([reason]);
      expect(await failure).to.equal(reason);
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
      // The worker is replaced, and the pool goes on.
      expect(await pool.run(1)).to.equal(1);
    }
  });

  it('ends an iteration at once, also one whose outputs are unread, and leaves its source', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    const controller = new AbortController();
    let left = false;
    function* items() {
      try {
        for (let at = 0; ; at++) yield at;
      } finally {
        left = true;
      }
    }
    const seen: number[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const output of pool.map(items(), { signal: controller.signal })) {
          seen.push(output);
          if (seen.length !== 100) continue;
          // Others are done by then.
          await poll('more are done', async () => (await firstValueFrom(pool.stats$)).done > 110);
          controller.abort(reason);
        }
      })(),
    );
    expect(failure).to.equal(reason);
    expect(seen.length).to.equal(100);
    expect(left).to.equal(true);
    expect(getEventListeners(controller.signal, 'abort')).to.deep.equal([]);
  });

  it('ends an iteration that waits, with the reason of AbortSignal.timeout() too', async () => {
    await using pool = new WorkerPool(WaitingBriefly, { workers: 1 });
    const failure = await failureOf(listOf(pool.map(['for ever'], { signal: AbortSignal.timeout(300) })));
    expect(failure.name).to.equal('TimeoutError');
  });

  it('that has aborted before: errors, starts no worker and does not touch the source', async () => {
    await using pool = new WorkerPool(Naming, { workers: 1 });
    const signal = AbortSignal.abort(reason);
    let touched = 0;
    const source = {
      [Symbol.iterator]: () => {
        touched += 1;
        return [1][Symbol.iterator]();
      },
    };
    const mapped = pool.map(source, { signal });
    expect(await failureOf(listOf(mapped))).to.equal(reason);
    expect(await failureOf(lastValueFrom(mapped))).to.equal(reason);
    expect(touched).to.equal(0);
    expect((await firstValueFrom(pool.stats$)).workers).to.equal(0);
  });

  it('unsubscribes from the source, and ends a stream whose source never emits', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    const controller = new AbortController();
    const source$ = new Subject<number>();
    const failures = [source$, NEVER].map(each =>
      failureOf(lastValueFrom(pool.map(each, { signal: controller.signal }))),
    );
    expect(source$.observed).to.equal(true);
    controller.abort(reason);
    expect(source$.observed).to.equal(false);
    for (const failure of failures) expect(await failure).to.equal(reason);
  });

  it('is left alone by a stream that has ended, failed, or was left', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    const { signal } = new AbortController();
    await listOf(pool.map([1, 2], { signal }));
    await lastValueFrom(pool.map([1, 2], { signal }));
    await failureOf(lastValueFrom(pool.map(from([1, () => {}] as never[]), { signal })));
    await lastValueFrom(pool.map([1, 2, 3], { signal }).pipe(takeWhile(output => output < 2, true)));
    for await (const _ of pool.map([1, 2, 3], { signal })) break;
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
  });

  itInFull(`serves many streams and items with one listener, and no warning ${LONG}`, async () => {
    await using pool = new WorkerPool(WaitingBriefly, { workers: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const failures = Array.from({ length: 50 }, () => [
      failureOf(lastValueFrom(pool.map(['for ever'], { signal }))),
      failureOf(listOf(pool.map(['for ever'], { signal }))),
      failureOf(pool.run('for ever', { signal })),
    ]).flat();
    await poll('two are at work', async () => (await firstValueFrom(pool.stats$)).running === 2);
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(1);
    controller.abort(reason);
    for (const failure of failures) expect(await failure).to.equal(reason);
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    process.off('warning', onWarning);
    expect(warnings).to.deep.equal([]);
  });

  it('may abort after the last item was done, while outputs are unread', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    const controller = new AbortController();
    const iterator = pool.map([1, 2, 3], { signal: controller.signal })[Symbol.asyncIterator]();
    expect((await iterator.next()).value).to.equal(2);
    await poll('all are done', async () => (await firstValueFrom(pool.stats$)).done === 3);
    controller.abort(reason);
    expect(await failureOf(iterator.next())).to.equal(reason);
    expect(await iterator.next()).to.deep.equal({ value: undefined, done: true });
  });

  it('refuses what is no signal', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    for (const signal of ['stop', {}, new AbortController(), new EventTarget()]) {
      expect(() => pool.map([1], { signal: signal as never })).to.throw(StateError, 'it must be an AbortSignal');
      expect((await failureOf(pool.run(1, { signal: signal as never }))).message).to.contain('must be an AbortSignal');
    }
    expect(await listOf(pool.map([1], { signal: undefined as never }))).to.deep.equal([2]);
  });
});
