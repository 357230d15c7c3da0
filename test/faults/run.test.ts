/** FAULTS 10 to 17, and 29: how a run can end. */
import { expect } from 'chai';
import { ExitError, ProtocolError, RemoteError, SendError } from 'offspring-rx';
import { ofType } from 'offspring-rx/operators';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { outcomeOf } from '../support/outcome';

const { ThrowsProxy, Answering, Ender, PipedEnder } = fixture<typeof import('../fixtures/enders')>('enders');
const { FromGenerator, FromObservable, Emitter, Thrower } = fixture<typeof import('../fixtures/tasks')>('tasks');

describe('10 run throws', () => {
  it('rejects once with a RemoteError that has the child’s name, message and stack', async () => {
    const { exit, error, states } = await outcomeOf(new Ender('throwsWithFields'));
    expect(error).to.be.instanceOf(RemoteError);
    expect(error?.remote).to.include({ name: 'Error', message: 'no such file' });
    expect(error?.remote.data).to.deep.equal({ code: 'ENOENT', errno: -2 });
    expect(error?.remote.stack).to.match(/enders/);
    expect(error?.message).to.match(/Ender\.run\(\) threw in the child \(pid \d+\): Error: no such file/);
    expect(exit).to.include({ reason: 'failed', code: 1, error });
    expect(states).to.deep.equal(['created', 'starting', 'running', 'exited']);
  });

  it('rejects once if run throws before it returns anything', async () => {
    const task = new Thrower('at once');
    const failures = lastValueFrom(task.event$.pipe(ofType('failed'), toArray()));
    const streamed = lastValueFrom(task.result$).catch(error => error);
    const { exit, error } = await outcomeOf(task);
    expect(error?.remote).to.include({ name: 'TypeError', message: 'at once' });
    expect((await failures).map(each => each.error)).to.deep.equal([error]);
    expect(await streamed).to.equal(error);
    expect(exit).to.include({ reason: 'failed', code: 1 });
  });

  it('comes after the messages before it, from a generator and from an Observable', async () => {
    for (const Type of [FromGenerator, FromObservable]) {
      const { exit, error, messages } = await outcomeOf(new Type(true));
      expect(messages).to.deep.equal([1, 2, 3]);
      expect(error?.remote.message).to.equal('after three');
      expect(exit).to.include({ reason: 'failed', code: 1 });
    }
  });

  it('a generator’s yields are messages and its return is the result, an Observable has none', async () => {
    const generated = await outcomeOf(new FromGenerator(false));
    expect(generated).to.include({ value: 'returned' });
    expect(generated.messages).to.deep.equal([1, 2, 3]);
    const observed = await outcomeOf(new FromObservable(false));
    expect(observed).to.include({ value: undefined });
    expect(observed.messages).to.deep.equal([1, 2, 3]);
  });
});

describe('11 it throws something odd', () => {
  it('a Proxy whose traps throw', async () => {
    const { exit, error } = await outcomeOf(new ThrowsProxy());
    expect(exit).to.include({ reason: 'failed', code: 1 });
    expect(error).to.have.property('name', 'RemoteError');
  });
  const odd: [way: ConstructorParameters<typeof Ender>[0], check: (error: any) => void][] = [
    ['throwsNull', error => expect(error.remote).to.include({ name: 'NonError', thrown: null })],
    ['throwsString', error => expect(error.remote).to.include({ name: 'NonError', thrown: 'a string' })],
    ['throwsFrozen', error => expect(error.remote.message).to.equal('frozen')],
    ['throwsGetters', error => expect(error.remote.name).to.equal('NonError')],
    ['throwsErrorWithGetters', error => expect(error.remote).to.include({ name: 'Error', message: '' })],
    ['throwsCycle', error => expect(error.remote.message).to.equal('cyclic')],
    [
      'throwsAggregate',
      error => expect(error.errors.map((each: RemoteError) => each.remote.message)).to.deep.equal(['one', 'two']),
    ],
    ['throwsDomException', error => expect(error.remote).to.include({ name: 'AbortError', message: 'aborted' })],
    [
      'throwsHuge',
      ({ remote, message, stack }) => {
        for (const text of [remote.message, remote.stack]) expect(text.length).to.be.within(64 * 1024, 64 * 1024 + 64);
        expect(message.length + stack.length).to.be.below(1024 * 1024);
      },
    ],
  ];
  /** Of those that are read, wrapped and cut in a way of their own. */
  const ODD_IN_SHORT = ['throwsNull', 'throwsGetters', 'throwsAggregate', 'throwsHuge'];
  for (const [way, check] of rows(odd, ([name]) => ODD_IN_SHORT.includes(name))) {
    it(`${way} ${LONG}`, async () => {
      const { exit, error } = await outcomeOf(new Ender(way));
      expect(error).to.be.instanceOf(RemoteError);
      check(error);
      expect(exit).to.include({ reason: 'failed', code: 1 });
    });
  }
});

describe('12 an error that nothing caught', () => {
  for (const way of ['timerThrows', 'rejectionUnhandled'] as const) {
    it(way, async () => {
      const { exit, error } = await outcomeOf(new Ender(way));
      expect(error).to.be.instanceOf(RemoteError);
      expect(error?.remote.name).to.equal('RangeError');
      expect(error?.message).to.match(/nothing caught/);
      expect(exit).to.include({ reason: 'failed', code: 1 });
    });
  }
  it('endless recursion', async () => {
    const { exit, error } = await outcomeOf(new Ender('recursesEndlessly'));
    expect(error?.remote.message).to.match(/call stack/);
    expect(exit).to.include({ reason: 'failed', code: 1 });
  });
});

describe('13 process.exit in the middle', () => {
  const EXITS = [
    ['exits0', 0],
    ['exits3', 3],
    ['setsExitCode3', 3],
  ] as const;
  for (const [way, code] of rows(EXITS, ([name]) => name !== 'exits3')) {
    it(`${way} ${LONG}`, async () => {
      const { exit, error } = await outcomeOf(new Ender(way)).then(outcome => ({
        ...outcome,
        error: outcome.error ?? outcome.exit.error,
      }));
      expect(exit).to.include({ reason: 'failed', code, signal: null });
      expect(error).to.be.instanceOf(ExitError);
      expect(error?.message).to.match(/process\.exit/);
    });
  }
});

describe('13 exit codes of Node itself are explained', () => {
  for (const [way, code, words] of [
    ['listenerThrows', 7, /'uncaughtException' listener threw/],
    ['awaitsNothing', 13, /awaits what can never come/],
  ] as const) {
    it(`code ${code}`, async () => {
      const { exit, error } = await outcomeOf(new PipedEnder(way));
      expect(exit).to.include({ reason: 'failed', code });
      expect(error?.message).to.match(words);
    });
  }
});

describe('14 a signal', () => {
  it('process.abort(): SIGABRT, which is not confused with an exhausted heap', async () => {
    const { exit, error } = await outcomeOf(new PipedEnder('aborts'));
    expect(exit).to.include({ reason: 'killed', code: null, signal: 'SIGABRT', forced: false });
    expect(error?.message).to.match(/PipedEnder.*SIGABRT.*process\.abort\(\)/);
    expect(error?.message).not.to.match(/exhausted/);
  });
  for (const signal of rows(['SIGSEGV', 'SIGKILL', 'SIGTERM'] as const, each => each === 'SIGSEGV')) {
    it(`${signal} from outside: what is pending is rejected ${LONG}`, async () => {
      const task = new Answering();
      const settled = outcomeOf(task);
      await firstValueFrom(task.ready$);
      // It receives no more commands.
      process.kill(task.process?.pid as number, 'SIGSTOP');
      const sent = task.send('x').catch(error => error);
      for (const each of [signal, 'SIGCONT'] as const) process.kill(task.process?.pid as number, each);
      const { exit, error } = await settled;
      expect(exit).to.include({ reason: 'killed', code: null, signal, forced: false });
      expect(error).to.be.instanceOf(ExitError);
      expect(error?.['exit']).to.equal(exit);
      const who = signal === 'SIGSEGV' ? 'it crashed' : 'by somebody else';
      expect(error?.message).to.match(new RegExp(`Answering.*${signal}.*${who}`));
      expect(await sent).to.be.instanceOf(SendError);
    });
  }
});

describe('16 the child damages its own process', () => {
  it('removes all listeners and replaces process.exit: it ends as usual', async () => {
    const { exit, value } = await outcomeOf(new Ender('removesListeners'));
    expect(value).to.equal('returned');
    expect(exit.reason).to.equal('completed');
  });
  it('calls process.disconnect: there is no such channel, and the error says so', async () => {
    const { exit, error } = await outcomeOf(new Ender('disconnects'));
    expect(error?.remote.message).to.match(/disconnect is not a function/);
    expect(exit.reason).to.equal('failed');
  });
  it('removes all listeners, and stays: it is stopped as usual', async () => {
    const task = new Ender('removesListenersAndStays');
    await firstValueFrom(task.message$);
    expect(await task.shutdown()).to.include({ reason: 'stopped', signal: 'SIGTERM' });
  });
  const WITHOUT_LISTENERS = [
    ['removesListenersAndThrows', 1],
    ['removesListenersAndAwaitsNothing', 0],
  ] as const;
  for (const [way, code] of rows(WITHOUT_LISTENERS, (_, at) => at === 0)) {
    it(`${way}: an ExitError with code ${code} ${LONG}`, async () => {
      const { exit, error } = await outcomeOf(new PipedEnder(way));
      expect(exit).to.include({ reason: 'failed', code, signal: null });
      expect(error).to.be.instanceOf(ExitError);
    });
  }
  it('closes the channel: the process has ended after the grace', async () => {
    const { exit, error } = await outcomeOf(new Ender('closesChannel'));
    expect(exit).to.include({ reason: 'failed', signal: 'SIGKILL', forced: true });
    expect(error).to.be.instanceOf(ExitError);
    expect(error?.message).to.match(/channel had closed/);
  });
  it('an exit listener that hangs: the process is gone after the grace', async () => {
    const { exit, value } = await outcomeOf(new Ender('exitListenerHangs'));
    expect(value).to.equal('returned');
    expect(exit).to.include({ reason: 'failed', signal: 'SIGKILL', forced: true });
    expect(exit.error?.message).to.match(/exit listener hangs/);
  });
});

describe('17 what is left open', () => {
  it('a timer and a server do not keep a child whose run has returned', async () => {
    const { exit, value } = await outcomeOf(new Ender('leavesTimerAndServer'));
    expect(value).to.equal('returned');
    expect(exit.reason).to.equal('completed');
  });
  it('an await that can never settle ends the process, and the error says so', async () => {
    const { exit, error } = await outcomeOf(new Ender('awaitsNothing'));
    expect(exit).to.include({ reason: 'failed', code: 13 });
    expect(error?.message).to.match(/awaits what can never come/);
  });
});

describe('29 bytes on the channel that are no frame', () => {
  const NO_FRAME = ['writesGarbage', 'writesHugeLength', 'writesUnknownVersion', 'writesNoValue'] as const;
  for (const way of rows(NO_FRAME, (_, at) => at % 3 === 0)) {
    it(`${way} ${LONG}`, async () => {
      const { exit, error } = await outcomeOf(new Ender(way));
      expect(error).to.be.instanceOf(ProtocolError);
      expect(exit).to.include({ reason: 'failed', signal: 'SIGKILL' });
    });
  }
  it('a length without its bytes: no success, and no memory is allocated for it', async () => {
    const before = process.memoryUsage();
    const { exit, error } = await outcomeOf(new Ender('announcesGigabyte'));
    const after = process.memoryUsage();
    expect(exit).to.include({ reason: 'failed', code: 0 });
    expect(error).to.be.instanceOf(ExitError);
    expect(after.rss + after.arrayBuffers - before.rss - before.arrayBuffers).to.be.below(100 * 1024 * 1024);
  });
});

describe('emit', () => {
  it('keeps order and values', async () => {
    const { value, messages } = await outcomeOf(new Emitter(1, 'two', { three: [3] }));
    expect(messages).to.deep.equal([1, 'two', { three: [3] }]);
    expect(value).to.equal(3);
  });
});
