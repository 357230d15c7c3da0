/** FAULTS 34, 36 and the blocking join of 35: what happens to the children when the parent ends. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { runNode, type Script } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/parent').replace(/js$/, 'cjs');

/** The kinds of children, and what each writes to the log before it ends. */
const KINDS: Record<string, string[]> = {
  plain: [],
  busy: [],
  stubborn: [],
  busyStubborn: [],
  loop: ['begin', 'loop', 'end'],
  slowLoop: ['begin', 'loop', 'looped', 'end'],
  finishing: ['finished'],
  starting: [],
  deep: [],
};

/** One kind for each end in `npm test`, the others in the long form. Each kind is the short form of some end. */
const kindsOf = (short: string, more: string[] = []) => rows([...Object.keys(KINDS), ...more], kind => kind === short);

const folder = temporaryFolder();
const parent = (kind: string, way: string, argument = '') => runNode([SCRIPT, kind, way, folder.file(kind), argument]);
const noted = (kind: string) => folder.lines(kind);
const childOf = ({ stdout }: Script) => Number(/child (\d+)/.exec(stdout)?.[1]);

/** Ends a parent of each kind, all at the same time. */
async function eachKind(kinds: string[], end: (kind: string) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(kinds.map(end));
  const failed = ends.flatMap((each, at) =>
    each.status === 'rejected' ? [`${kinds[at]}: ${each.reason.message}`] : [],
  );
  if (failed.length > 0) throw new Error(failed.join('\n'));
}

describe('34 the parent’s work runs out', () => {
  it(`every kind of child is shut down, and awaited in full; the code is 0 ${LONG}`, () =>
    eachKind(kindsOf('finishing'), async kind => {
      const script = parent(kind, 'runsOut');
      expect(await script.ended).to.include({ code: 0, signal: null, stderr: '' });
      expect(isAlive(childOf(script))).to.equal(false);
      expect(noted(kind)).to.deep.equal(KINDS[kind]);
    }));
  it(`a child that was just spawned does not delay it; but a loop runs begin and end, and WAIT_FOR_CHILD runs run ${LONG}`, () =>
    eachKind(
      rows(['plain', 'loop', 'waited', 'finishing'], kind => kind === 'plain' || kind === 'waited'),
      async kind => {
        expect(await parent(kind, 'runsOutAtOnce').ended).to.include({ code: 0, stderr: '' });
        const notes = { plain: [], loop: ['begin', 'end'], waited: ['entered'], finishing: ['finished'] }[kind];
        expect(noted(kind).filter(line => line !== 'loop')).to.deep.equal(notes);
      },
    ));
  it('a task that a listener of beforeExit starts and waits for has its result, if others came before too', async () => {
    const code = `import tasks from ${JSON.stringify(pathToFileURL(fixturePath('tasks')))};
      process.once('beforeExit', async () => console.log('at last:', await new tasks.Breaking(0).result().catch(error => error.name)));
      if (process.argv[1]) console.log('first', await new tasks.Breaking(0).result().catch(error => error.name));`;
    for (const args of [[], ['first']]) {
      const { stderr, ...ended } = await runNode(['--input-type=module', '-e', code, ...args]).ended;
      expect(ended.stdout).to.match(/at last: RemoteError\n$/);
      expect(ended.code, stderr).to.equal(0);
    }
  });
  it('an await that never settles: the child is shut down, and Node’s code 13 stays', async () => {
    const code = `import tasks from ${JSON.stringify(pathToFileURL(fixturePath('tasks')))};
      const task = new tasks.Sleeper(1e6);
      task.event$.subscribe(({ exit }) => exit && console.log(exit.reason));
      await new Promise(() => {});`;
    const { stderr, ...ended } = await runNode(['--input-type=module', '-e', code]).ended;
    expect(ended).to.deep.equal({ code: 13, signal: null, stdout: 'stopped\n' });
  });
});

describe('34 the parent exits or throws', () => {
  for (const [way, code, short] of [
    ['exits', 7, 'busyStubborn'],
    ['throws', 1, 'loop'],
    ['rejects', 1, 'waited'],
  ] as const) {
    it(`${way}: it blocks until each kind of child is gone, the code is kept ${LONG}`, () =>
      eachKind(kindsOf(short, ['waited']), async kind => {
        const script = parent(kind, way);
        const { stderr, ...ended } = await script.ended;
        expect(isAlive(childOf(script))).to.equal(false);
        expect(ended).to.include({ code, signal: null });
        expect(noted(kind)).to.deep.equal(kind === 'waited' ? ['entered'] : KINDS[kind]);
        expect(/the parent’s own/.test(stderr)).to.equal(way !== 'exits');
      }));
  }
  it(`commands arrive in full, even if the parent exits at once, and even if they are large ${LONG}`, () =>
    eachKind(['laden', 'waited'], async kind => {
      for (const way of rows(['exitsSoon', 'exitsWhenSpawned'], (_, at) => at === 0 && kind === 'laden')) {
        writeFileSync(folder.file(kind), '');
        expect(await parent(kind, way).ended, way).to.include({ code: 7 });
        expect(noted(kind), way).to.deep.equal(['entered']);
      }
    }));
  it('a child that was just made is not started, nor one whose init is not done', () =>
    eachKind(['plain', 'slowInit'], async kind => {
      expect(await parent(kind, 'exitsAtOnce').ended).to.include({ code: 7, stderr: '' });
      expect(noted(kind)).to.deep.equal([]);
    }));
  for (const way of ['exitsAtOnce', 'exitsSoon']) {
    const kinds = rows(['waited', 'everPatient', 'loop'], (_, at) => way === 'exitsAtOnce' && at === 2);
    if (kinds.length === 0) continue;
    it(`${way}: with WAIT_FOR_CHILD run is entered, a loop runs begin and end ${LONG}`, () =>
      eachKind(kinds, async kind => {
        expect(await parent(kind, way).ended).to.include({ code: 7 });
        expect(noted(kind).filter(line => line !== 'loop')).to.deep.equal(
          kind === 'loop' ? ['begin', 'end'] : ['entered'],
        );
      }));
  }
  it('not after an uncaught exception', async () => {
    const { code, stderr } = await parent('waited', 'throwsAtOnce').ended;
    expect(code).to.equal(1);
    expect(stderr).to.match(/the parent’s own/);
    expect(noted('waited')).to.deep.equal([]);
  });
});

describe('34 a signal', () => {
  for (const [signal, short] of [
    ['SIGINT', 'slowLoop'],
    ['SIGTERM', 'deep'],
    ['SIGHUP', 'starting'],
  ] as const) {
    it(`${signal} with no listener of the user’s: every kind is shut down, then death by the same signal ${LONG}`, () =>
      eachKind(kindsOf(short), async kind => {
        const script = parent(kind, 'waits');
        await script.says('child');
        process.kill(script.pid, signal);
        expect(await script.ended).to.include({ code: null, signal });
        expect(isAlive(childOf(script))).to.equal(false);
        expect(noted(kind)).to.deep.equal(KINDS[kind]);
      }));
  }
  itInFull(`twice at once counts as one ${LONG}`, async () => {
    const script = parent('finishing', 'waits');
    await script.says('child');
    process.kill(script.pid, 'SIGINT');
    process.kill(script.pid, 'SIGINT');
    expect(await script.ended).to.include({ signal: 'SIGINT' });
    expect(noted('finishing')).to.deep.equal(['finished']);
  });
  it(`again after half a second: SIGKILL to the children, and death ${LONG}`, () =>
    eachKind(
      rows(['unhurried', 'deaf', 'longTurn'], each => each === 'deaf'),
      async kind => {
        const script = parent(kind, 'waits');
        await script.says('child');
        process.kill(script.pid, 'SIGINT');
        const first = performance.now();
        await poll('half a second has passed', () => performance.now() - first > 550);
        expect(isAlive(childOf(script))).to.equal(true);
        process.kill(script.pid, 'SIGINT');
        expect(await script.ended).to.include({ signal: 'SIGINT' });
        await poll('the child is gone', () => !isAlive(childOf(script)), 1_000);
        expect(noted(kind)).not.to.include('end');
      },
    ));
  it(`with a listener of the user’s: nothing, the user decides ${LONG}`, () =>
    eachKind(kindsOf('stubborn'), async kind => {
      const script = parent(kind, 'listens');
      await script.says('child');
      process.kill(script.pid, 'SIGTERM');
      await script.says('heard SIGTERM');
      // A child that ends by itself may have ended.
      if (kind !== 'finishing') expect(isAlive(childOf(script))).to.equal(true);
      process.kill(script.pid, 'SIGUSR2');
      expect(await script.ended).to.include({ code: 9 });
      expect(noted(kind)).to.deep.equal(KINDS[kind]);
    }));
  it('a start gets no process while the others are shut down', async () => {
    const script = parent('loop', 'restarts');
    await script.says('child');
    process.kill(script.pid, 'SIGTERM');
    expect(await script.ended).to.include({ code: null, signal: 'SIGTERM' });
    expect(noted('loop').filter(line => line !== 'loop')).to.deep.equal(['begin', 'end']);
  });
});

describe('35 during the blocking join', () => {
  it('it prints the error first, then which children it waits for', async () => {
    const { stderr } = await parent('busyStubborn', 'throws').ended;
    expect(stderr).to.match(/^the parent’s own\noffspring-rx: waiting for 1 child \(pid \d+\)\n/);
    expect(stderr).to.match(/Error: the parent’s own\r?\n {4}at /);
  });
  itInFull(`an error that was handled is not taken for the end ${LONG}`, async () => {
    const { code, stderr } = await parent('busyStubborn', 'throwsCaught').ended;
    expect(code).to.equal(1);
    expect(stderr).not.to.match(/the parent’s own/);
  });
  for (const way of rows(['exits', 'exitsWithSignalExit'], (_, at) => at === 0)) {
    it(`a SIGTERM arrives: it ends the parent (${way}) ${LONG}`, async () => {
      const script = parent('unhurried', way);
      await poll('it waits', () => script.stderr.includes('waiting for'));
      process.kill(script.pid, 'SIGTERM');
      await poll('it is gone', () => !isAlive(script.pid));
      // Its child goes on, as its flag says, and holds the output open.
      process.kill(childOf(script), 'SIGKILL');
      expect(await script.ended).to.include({ code: null, signal: 'SIGTERM' });
    });
  }
  it('end() sends 4 MB on the channel, and as much on stdout', async () => {
    expect(await parent('lastWords', 'exits').ended).to.include({ code: 7 });
    expect(noted('lastWords')).to.deep.equal(['begin', 'loop', 'end']);
  });
  it('a child that never stops writing is killed when its grace is over', async () => {
    const script = parent('spouting', 'exits');
    expect(await script.ended).to.include({ code: 7 });
    expect(isAlive(childOf(script))).to.equal(false);
  });
  it('a grandchild holds the pipe: the parent does not wait for that', async () => {
    // It inherits stdout, so the output of the script does not end before the grandchild does.
    const script = parent('heir', 'exits');
    await poll('the parent is gone', () => !isAlive(script.pid));
    expect(noted('heir').filter(line => !line.startsWith('heir'))).to.deep.equal(['begin', 'loop', 'end']);
    process.kill(
      Number(
        noted('heir')
          .find(line => line.startsWith('heir'))
          ?.slice(5),
      ),
      'SIGKILL',
    );
    expect(await script.ended).to.include({ code: 7 });
  });
  const shells = [
    ['stays', ''],
    ['makes way', 'exec '],
  ] as const;
  for (const [what, command] of rows(shells, (_, at) => at === 0)) {
    it(`execPath is a shell that starts Node and ${what}: end() runs, and nothing is left ${LONG}`, async () => {
      const wrapper = folder.file('wrapper');
      writeFileSync(wrapper, `#!/bin/sh\n${command}${process.execPath} "$@"\n`, { mode: 0o755 });
      const script = parent('wrapped', 'exits', wrapper);
      expect(await script.ended).to.include({ code: 7 });
      await poll('end', () => noted('wrapped').includes('end'));
      expect(noted('wrapped')).to.deep.equal(['begin', 'loop', 'end']);
    });
  }
});

describe('36 SIGKILL of the parent', () => {
  /** ms within which a kind must have ended: its grace and a second. The other kinds end long before their grace of 5 s. */
  const DEADLINES: Record<string, number> = { stubborn: 1_300, busyStubborn: 1_500 };
  it(`every kind of child goes ${LONG}`, () =>
    eachKind(kindsOf('busy', ['talkative', 'kept']), async kind => {
      const script = parent(kind, 'waits');
      await script.says('child');
      const child = childOf(script);
      process.kill(script.pid, 'SIGKILL');
      expect(await script.ended).to.include({ signal: 'SIGKILL' });
      await poll('the child is gone', () => !isAlive(child), DEADLINES[kind] ?? 2_000);
      expect(noted(kind)).to.deep.equal(kind === 'kept' ? KINDS['loop'] : (KINDS[kind] ?? []));
    }));
  it(`or a crash ${LONG}`, () =>
    eachKind(
      rows(['plain', 'busy', 'loop', 'busyStubborn', 'finishing'], (_, at) => at === 0),
      async kind => {
        const script = parent(kind, 'aborts');
        expect(await script.ended).to.include({ signal: 'SIGABRT' });
        await poll('the child is gone', () => !isAlive(childOf(script)), DEADLINES[kind] ?? 2_000);
        expect(noted(kind)).to.deep.equal(KINDS[kind]);
      },
    ));
});

describe('a parent that exits when work with WAIT_FOR_CHILD is ready, and busy', () => {
  const folder = temporaryFolder();

  it('waits for it to enter run, and not for READY_TIMEOUT', async () => {
    const code = `const { Subprocess, isChild } = require(${JSON.stringify(`${ROOT}/dist/index.js`)});
      exports.Task = class Task extends Subprocess {
        static WAIT_FOR_CHILD = true;
        static READY_TIMEOUT = 60_000;
        run() { for (;;); }
      };
      if (!isChild) new exports.Task().ready$.subscribe(() => process.exit());`;
    writeFileSync(folder.file('task.cjs'), code);
    const start = performance.now();
    expect(await runNode([folder.file('task.cjs')]).ended).to.include({ code: 0 });
    // Far from both limits, on any machine.
    expect(performance.now() - start).to.be.below(30_000);
  }).timeout(90_000);
});
