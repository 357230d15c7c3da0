/** The demos, each as a process of its own; and of the reactive app, what is pure. */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { Ansis } from 'ansis';
import { expect } from 'chai';
import { lastValueFrom, NEVER, of, Subject, type Timestamp, tap } from 'rxjs';
import type { HashFiles } from '../demo/reactive-app/hash-files';
import type { State } from '../demo/reactive-app/state';
import { ROOT } from './support/fixture';
import { itInFull, LONG, rows } from './support/long';
import { runNode, type ScriptOptions } from './support/script';
import { temporaryFolder } from './support/temporary';
import { openTerminal } from './support/terminal';

const DEMO = path.join(ROOT, 'build', 'demo');

/** Compiled, as the fixtures are. */
const part = <M>(name: string): M => require(path.join(DEMO, 'reactive-app', `${name}.js`)) as M;
const demo = (name: string, args: string[] = [], options: ScriptOptions = {}) =>
  runNode([path.join(DEMO, `${name}.js`), ...args], options);

const { deal } = part<typeof import('../demo/reactive-app/deal')>('deal');
const { digestOf } = part<typeof import('../demo/reactive-app/digest')>('digest');
const format = part<typeof import('../demo/reactive-app/format')>('format');
const { hashFolder } = part<typeof import('../demo/reactive-app/hash-folder')>('hash-folder');
const hashFiles = part<{ HashFiles: typeof HashFiles }>('hash-files');
const { exitCodeOf, outcomeOf } = part<typeof import('../demo/reactive-app/outcome')>('outcome');
const { bar, curve } = part<typeof import('../demo/reactive-app/paint')>('paint');
const { progressLines } = part<typeof import('../demo/reactive-app/progress-lines')>('progress-lines');
const { show } = part<typeof import('../demo/reactive-app/show')>('show');
const { initialState, reduce } = part<typeof import('../demo/reactive-app/state')>('state');
const { summary } = part<typeof import('../demo/reactive-app/summary')>('summary');
const { view } = part<typeof import('../demo/reactive-app/view')>('view');
type AppEvent = import('../demo/reactive-app/state').AppEvent;

const plain = (width = 100) => ({ width, ink: new Ansis(0) });
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const ESCAPE = '\u001b';

describe('demo', () => {
  describe('01-run-once', () => {
    it('runs in a child, once', async () => {
      const { code, stdout, stderr } = await demo('01-run-once').ended;
      expect(stderr).to.equal('');
      expect(stdout.replace(/\d{2,}/g, 'PID').split('\n')).to.deep.equal([
        "child   PID  run() with 'this is arg1'",
        'parent  PID  MyTask completed, code 0',
        '',
      ]);
      expect(code).to.equal(0);
    });
  });

  describe('02-loop', () => {
    itInFull(`turns four times, is woken, and ends ${LONG}`, async () => {
      const { code, stdout, stderr } = await demo('02-loop').ended;
      const saidBy = (side: string) => stdout.split('\n').filter(line => line.startsWith(side));
      expect(stderr).to.equal('');
      expect(saidBy('child')).to.deep.equal(["child   begin() with 'this is arg1'", 'child   end() after 4 turns']);
      expect(saidBy('parent')).to.deep.equal([
        'parent  created',
        'parent  starting',
        'parent  running',
        ...[0, 1, 2, 3].map(turn => `parent  turn ${turn}, then ${(turn + 1) * 100} ms of sleep`),
        'parent  stopping',
        'parent  exited',
        'parent  MyTask stopped',
      ]);
      expect(code).to.equal(0);
    });
  });

  describe('03-flags', () => {
    itInFull(`shows what each flag does ${LONG}`, async () => {
      const { code, stdout, stderr } = await demo('03-flags').ended;
      expect(stderr).to.equal('');
      expect(stdout.split('\n')).to.deep.equal([
        'TERMINATE_ON_SHUTDOWN: whether shutdown() ends run(), or waits until it completes',
        '  parent  true:  stopped',
        '  child   finished',
        '  parent  false: completed',
        '',
        'EXPLICIT_START = true: there is no process before start()',
        '  parent  before start(): no process',
        '  parent  after start():  a process',
        '  child   finished',
        '',
        'WAIT_FOR_CHILD = true: run() is called even if the parent ends at once',
        '  parent  has nothing left to do',
        '  child   this will always print',
        '',
      ]);
      expect(code).to.equal(0);
    });
  });

  describe('04-reactive-app', () => {
    const folder = temporaryFolder();
    const app = (args: string[], options?: ScriptOptions) => demo('04-reactive-app', args, options);

    /** Takes seconds to hash, and no room on the disk. */
    const makeLarge = () => {
      for (const name of ['one', 'two', 'three', 'four']) {
        writeFileSync(folder.file(name), '');
        truncateSync(folder.file(name), 4 * 2 ** 30);
      }
    };

    it('hashes every file, and tells a digest over all', async () => {
      const contents: Record<string, string> = {
        'b.txt': 'b',
        'a.txt': 'a'.repeat(2_000_000),
        empty: '',
        'sub/ein Wort mit ä': 'c',
        'new\nline': 'd',
        [`${ESCAPE}[31mred`]: 'e',
      };
      mkdirSync(folder.file('sub/deeper'), { recursive: true });
      for (const [name, text] of Object.entries(contents)) writeFileSync(folder.file(name), text);
      symlinkSync('/etc', folder.file('etc'));
      symlinkSync('nowhere', folder.file('dangling'));

      const { code, stdout, stderr } = await app([folder.path]).ended;
      const lines = Object.entries(contents).map(([name, text]) =>
        name.includes('\n')
          ? { name, line: `\\${sha256(text)}  ${name.replace('\n', '\\n')}\n` }
          : { name, line: `${sha256(text)}  ${name}\n` },
      );
      const inOrder = lines.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
      expect(stderr).to.equal('');
      expect(stdout).to.match(new RegExp(`^hashing ${folder.path}: 6 files, 2.00 MB, in [234] child processes$`, 'm'));
      expect(stdout).to.match(/^ {2}files {7}6, 2 links not followed$/m);
      expect(stdout).to.match(/^ {2}bytes {7}2\.00 MB$/m);
      expect(stdout).to.match(/^ {2}throughput {2}\d.* MB\/s, [\d,]+ files\/s$/m);
      expect(stdout).to.contain(`  sha256      ${sha256(inOrder.map(({ line }) => line).join(''))}\n`);
      expect(stdout).to.match(/^ {2}worker 1 .* completed$/m);
      expect(stdout).to.match(/^ {2}worker 2 .* completed$/m);
      expect(stdout).not.to.contain(ESCAPE);
      expect(code).to.equal(0);
    });

    itInFull(`says so where there is nothing to hash ${LONG}`, async () => {
      const { code, stdout, stderr } = await app([folder.path]).ended;
      expect(stdout).to.equal(`\n  ○ nothing to hash in ${folder.path}\n\n  files       0\n\n`);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });

    itInFull(`refuses what is no folder ${LONG}`, async () => {
      writeFileSync(folder.file('file'), '');
      const missing = folder.file('missing');
      const [none, file, two, unknown] = await Promise.all([
        app([missing]).ended,
        app([folder.file('file')]).ended,
        app([folder.path, folder.path]).ended,
        app(['--fast']).ended,
      ]);
      expect(none.stderr).to.equal(`there is no folder ${missing}\nTry --help.\n`);
      expect(file.stderr).to.equal(`${folder.file('file')} is not a folder\nTry --help.\n`);
      expect(two.stderr).to.contain('one folder at a time');
      expect(unknown.stderr).to.contain("'--fast'");
      for (const { code, stdout } of [none, file, two, unknown]) {
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      }
    });

    itInFull(`has a --help ${LONG}`, async () => {
      const { code, stdout } = await app(['--help']).ended;
      expect(stdout).to.match(/^Usage: npm run demo/);
      expect(code).to.equal(0);
    });

    const signals = [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const;
    // The next test has a SIGINT from a terminal.
    for (const [signal, expected] of rows(signals, () => false)) {
      it(`stops at a ${signal}, and tells how far it came ${LONG}`, async () => {
        makeLarge();
        const script = app([folder.path]);
        await script.says('\n0:0');
        script.process.kill(signal);
        const { code, stdout, stderr } = await script.ended;
        expect(stderr).to.equal('');
        expect(stdout).to.contain(`■ stopped hashing ${folder.path}, ${signal}\n`);
        expect(stdout).to.match(/^ {2}files {7}\d of 4$/m);
        expect(stdout).to.match(/^ {2}worker 1 .* stopped/m);
        expect(stdout).not.to.contain('sha256');
        expect(code).to.equal(expected);
      });
    }

    itInFull(`stops at a ctrl-c, which reaches the whole group, and may come twice ${LONG}`, async () => {
      makeLarge();
      const script = app([folder.path], { detached: true });
      await script.says('\n0:0');
      process.kill(-script.pid, 'SIGINT');
      process.kill(-script.pid, 'SIGINT');
      const { code, stdout, stderr } = await script.ended;
      expect(stderr).to.equal('');
      expect(stdout).to.contain('■ stopped hashing');
      expect(code).to.equal(130);
    });

    describe('hashFolder', () => {
      const run = (stop$: Subject<NodeJS.Signals> | typeof NEVER, each: (state: State) => void = () => {}) =>
        lastValueFrom(hashFolder(folder.path, { workers: 2, stop$ }).pipe(tap(each)));

      it('goes on without a file that is gone', async () => {
        for (const name of ['a', 'b', 'c']) writeFileSync(folder.file(name), name);
        const last = await run(NEVER, ({ phase }) => {
          if (phase === 'hashing') rmSync(folder.file('b'), { force: true });
        });
        expect(last.unreadable).to.deep.equal({ count: 1, first: [{ path: 'b', reason: 'it is gone' }] });
        expect(outcomeOf(last)).to.equal('gaps');
        expect(exitCodeOf(last)).to.equal(1);
        expect(last.workers.flatMap(({ hashed }) => hashed.map(file => file.path)).sort()).to.deep.equal(['a', 'c']);
      });

      itInFull(`tells of a child that is killed, and lets the others finish ${LONG}`, async () => {
        makeLarge();
        rmSync(folder.file('three'));
        writeFileSync(folder.file('three'), 'short');
        truncateSync(folder.file('two'), 64 * 2 ** 20);
        truncateSync(folder.file('four'), 0);
        let isKilled = false;
        const last = await run(NEVER, ({ workers }) => {
          const slow = workers[0];
          if (isKilled || !slow?.pid || slow.done.bytes === 0) return;
          isKilled = process.kill(slow.pid, 'SIGKILL');
        });
        expect(last.workers.map(({ exit }) => exit?.reason)).to.deep.equal(['killed', 'completed']);
        expect(last.failures.join()).to.match(/HashFiles.*SIGKILL/);
        expect(outcomeOf(last)).to.equal('failed');
        expect(exitCodeOf(last)).to.equal(1);
      });

      it('stops while it still searches', async () => {
        for (let index = 0; index < 50; index++) mkdirSync(folder.file(`${index}/deep`), { recursive: true });
        const stop$ = new Subject<NodeJS.Signals>();
        const last = await run(stop$, ({ phase }) => {
          if (phase === 'finding') queueMicrotask(() => stop$.next('SIGINT'));
        });
        expect(last).to.include({ phase: 'ended', stop: 'SIGINT' });
        expect(last.workers).to.deep.equal([]);
      });

      it('stops children that have only just been made', async () => {
        for (const name of ['a', 'b', 'c']) writeFileSync(folder.file(name), name);
        const stop$ = new Subject<NodeJS.Signals>();
        const last = await run(stop$, ({ phase }) => {
          if (phase === 'hashing') queueMicrotask(() => stop$.next('SIGINT'));
        });
        expect(last.workers.map(({ exit }) => exit?.reason)).to.satisfy((reasons: string[]) =>
          reasons.every(reason => ['stopped', 'not-started'].includes(reason)),
        );
        expect(exitCodeOf(last)).to.equal(130);
      });

      it('leaves no child to whoever unsubscribes', done => {
        makeLarge();
        const subscription = hashFolder(folder.path, { workers: 2, stop$: NEVER }).subscribe(({ workers }) => {
          if (!workers.some(worker => worker.done.bytes > 0)) return;
          subscription.unsubscribe();
          done(); // what is left behind fails in the hook that looks for survivors
        });
      });
    });

    describe('HashFiles', () => {
      it('gives what it hashed, and tells what it could not read', async () => {
        writeFileSync(folder.file('here'), 'text');
        const files = ['here', 'gone'].map(name => ({ path: name, size: 4 }));
        const task = new hashFiles.HashFiles(folder.path, files);
        const messages: unknown[] = [];
        task.message$.subscribe(message => messages.push(message));
        expect(await task.result()).to.deep.equal([{ path: 'here', sha256: sha256('text') }]);
        expect((await task.wait()).reason).to.equal('completed');
        expect(messages).to.deep.equal([
          { type: 'read', path: 'here', bytes: 4 },
          { type: 'hashed' },
          { type: 'unreadable', path: 'gone', reason: 'it is gone' },
        ]);
      });
    });
  });

  describe('reactive-app, what is pure', () => {
    const MB = 1_000_000;
    const listing = (sizes: number[]) => ({
      files: sizes.map((size, index) => ({ path: `f${index}`, size })),
      bytes: sizes.reduce((a, b) => a + b, 0),
      links: 0,
      unreadable: [],
      complete: true,
    });
    const completed = {
      subprocess: 'HashFiles',
      pid: 7,
      code: 0,
      signal: null,
      duration: 2_000,
      forced: false,
    } as const;
    const load = { cpu: 0.5, cores: 8, memory: 4_000 * MB, totalMemory: 16_000 * MB };

    /** The state after events at the times given, in ms. */
    const stateAfter = (...events: [at: number, event: AppEvent][]): State =>
      events
        .map(([at, value]): Timestamp<AppEvent> => ({ timestamp: 1_000_000 + at, value }))
        .reduce(reduce, initialState('/some/where'));

    const dealt: [number, AppEvent][] = [
      [0, { type: 'found', listing: listing([3 * MB, MB]) }],
      [
        0,
        {
          type: 'dealt',
          batches: [
            { files: 1, bytes: 3 * MB },
            { files: 1, bytes: MB },
          ],
        },
      ],
      [10, { type: 'spawned', worker: 0, pid: 7 }],
      [10, { type: 'spawned', worker: 1, pid: 8 }],
    ];
    const half: [number, AppEvent][] = [
      ...dealt,
      [200, { type: 'load', sample: load }],
      [500, { type: 'progress', worker: 0, progress: { type: 'read', path: 'dir/big', bytes: 1.5 * MB } }],
      [500, { type: 'tick' }],
    ];
    const finished: [number, AppEvent][] = [
      ...half,
      [1_500, { type: 'progress', worker: 0, progress: { type: 'read', path: 'dir/big', bytes: 1.5 * MB } }],
      [1_500, { type: 'progress', worker: 0, progress: { type: 'hashed' } }],
      [1_600, { type: 'progress', worker: 1, progress: { type: 'read', path: 'small', bytes: MB } }],
      [1_600, { type: 'progress', worker: 1, progress: { type: 'hashed' } }],
      [1_900, { type: 'result', worker: 0, hashed: [{ path: 'b', sha256: 'bb' }] }],
      [1_900, { type: 'result', worker: 1, hashed: [{ path: 'a', sha256: 'aa' }] }],
      [2_000, { type: 'exited', worker: 0, exit: { ...completed, reason: 'completed' } }],
      [2_000, { type: 'exited', worker: 1, exit: { ...completed, pid: 8, reason: 'completed' } }],
    ];

    it('numbers read well', () => {
      expect([0, 999, 1_000, 1_500, 23_400, 152 * MB, 999_999].map(format.bytes)).to.deep.equal([
        '0 B',
        '999 B',
        '1.00 kB',
        '1.50 kB',
        '23.4 kB',
        '152 MB',
        '1.00 MB',
      ]);
      expect(format.bytesOf(1.5 * MB, 152 * MB)).to.equal('1.50 of 152 MB');
      expect(format.bytesOf(950, 152 * MB)).to.equal('950 B of 152 MB');
      expect([1_940, 12_300, 125_000, 3_725_000].map(format.duration)).to.deep.equal([
        '1.94 s',
        '12.3 s',
        '2:05',
        '1:02:05',
      ]);
      expect([0, 59_999, 60_000].map(format.clock)).to.deep.equal(['0:00', '0:59', '1:00']);
      expect(format.printable(`a${ESCAPE}[31m\n`)).to.equal('a\uFFFD[31m\uFFFD');
    });

    it('bars and curves have their width, whatever they show', () => {
      const colour = (text: string) => text;
      expect(bar(plain(), 0, 4, colour)).to.equal('────');
      expect(bar(plain(), 0.4, 4, colour)).to.equal('━╸──');
      expect(bar(plain(), 1, 4, colour)).to.equal('━━━━');
      expect(curve(plain(), [], 1, 4, colour)).to.equal('┄┄┄┄');
      expect(curve(plain(), [9, 0, 0.5, 1, 2], 1, 4, colour)).to.equal('▁▄▇▇');
      expect(curve(plain(), [0, 0], 0, 3, colour)).to.equal('┄▁▁');
    });

    it('files are dealt evenly, and none is lost', () => {
      const { files } = listing([9 * MB, 5 * MB, 4 * MB, MB, 0, 0]);
      const batches = deal(files, 2);
      const sizes = batches.map(batch => batch.reduce((sum, { size }) => sum + size, 0));
      expect(
        batches
          .flat()
          .map(file => file.path)
          .sort(),
      ).to.deep.equal(files.map(file => file.path));
      expect(Math.abs(sizes[0]! - sizes[1]!)).to.be.at.most(MB);
      expect(deal(files.slice(0, 1), 4)).to.have.length(1);
      expect(deal([], 4)).to.deep.equal([]);
    });

    it('the digest does not depend on the order', () => {
      const files = [
        { path: 'b', sha256: '2' },
        { path: 'a\\', sha256: '1' },
      ];
      expect(digestOf(files)).to.equal(sha256('\\1  a\\\\\n2  b\n')).and.to.equal(digestOf(files.toReversed()));
    });

    it('the view shows the progress of all', () => {
      const [, title, , total, amount, one, two, , speed, cpu, memory, , footer] = view(stateAfter(...half), plain());
      expect(title).to.equal('  ● hashing /some/where');
      expect(total).to.match(/^ {2}total {5}━+╸?─+ {2}33% {2}0 of 2 files$/);
      expect(amount).to.match(/^ +1\.50 of 4\.00 MB$/);
      expect(one).to.match(/^ {2}worker 1 {2}━+╸?─+ {2}45% {2}dir\/big$/);
      expect(two).to.match(/^ {2}worker 2 {2}─+ {3}0% {2}starting$/);
      expect(speed).to.match(/▇ +3\.00 MB\/s {2}0 files\/s$/);
      expect(cpu).to.match(/▄ {2}50% {2}8 cores$/);
      expect(memory).to.match(/25% {2}4\.00 of 16\.0 GB$/);
      expect(footer).to.equal('  0:00   3 child processes   ctrl-c stops');
    });

    it('the view says what it does before and at the end', () => {
      expect(view(stateAfter(), plain())[1]).to.contain('finding');
      const stopping = view(stateAfter(...half, [600, { type: 'stop', signal: 'SIGINT' }]), plain());
      expect(stopping[1]).to.equal('  ■ stopping /some/where');
      expect(stopping.at(-1)).to.contain('SIGINT: waiting for them to end');
    });

    it('the view fits any terminal', () => {
      const state = { ...stateAfter(...half), folder: `/${'deep/'.repeat(50)}` };
      for (const width of [20, 40, 60, 80, 100, 200]) {
        for (const line of view(state, plain(width))) expect(line.length, line).to.be.at.most(width);
      }
    });

    it('the summary tells it all', () => {
      const lines = summary(stateAfter(...finished), plain());
      expect(lines).to.deep.equal([
        '',
        '  ✔ hashed /some/where',
        '',
        '  files       2',
        '  bytes       4.00 MB',
        '  time        2.00 s',
        '  throughput  2.00 MB/s, 1 files/s',
        '  cpu         50% busy on average',
        `  sha256      ${sha256('aa  a\nbb  b\n')}`,
        '',
        '  child     pid  files    bytes    time      speed  exit',
        '  worker 1    7      1  3.00 MB  2.00 s  1.50 MB/s  completed',
        '  worker 2    8      1  1.00 MB  2.00 s   500 kB/s  completed',
        '',
      ]);
      for (const line of summary(stateAfter(...finished), plain(60))) expect(line.length, line).to.be.at.most(60);
    });

    it('the summary names what could not be read, ten at the most', () => {
      const progress = (index: number): [number, AppEvent] => [
        100,
        { type: 'progress', worker: 0, progress: { type: 'unreadable', path: `f${index}`, reason: 'it is gone' } },
      ];
      const lines = summary(
        stateAfter(...dealt, ...Array.from({ length: 12 }, (_, index) => progress(index))),
        plain(),
      );
      expect(lines).to.include('  ▲ 12 could not be read').and.to.include('    f0  it is gone');
      expect(lines).to.include('    and 2 more').and.not.to.include('    f10  it is gone');
    });

    it('a stop and a failure are told as such, and by the exit code', () => {
      const stopped = stateAfter(...half, [600, { type: 'stop', signal: 'SIGTERM' }]);
      expect(summary(stopped, plain())[1]).to.equal('  ■ stopped hashing /some/where, SIGTERM');
      expect(summary(stopped, plain())[3]).to.equal('  files       0 of 2');
      expect(exitCodeOf(stopped)).to.equal(143);
      const late = stateAfter(...finished, [2_001, { type: 'stop', signal: 'SIGINT' }]);
      expect(late).to.include({ phase: 'ended', now: 1_002_000 });
      expect(exitCodeOf(late)).to.equal(130);
      expect(exitCodeOf(stateAfter(...finished))).to.equal(0);
    });

    it('plain lines come at each second and each tenth, and not more often', async () => {
      const lines: string[] = [];
      const states = [half.slice(0, 4), half, half, finished.slice(0, 8)].map(events => stateAfter(...events));
      await lastValueFrom(progressLines(of(...states)).pipe(tap(line => lines.push(line))));
      expect(lines).to.deep.equal([
        'hashing /some/where: 2 files, 4.00 MB, in 2 child processes',
        '0:00   33%  0 of 2 files  1.50 of 4.00 MB  3.00 MB/s  cpu 50%',
        '0:01   66%  0 of 2 files  3.00 of 4.00 MB  1.50 MB/s  cpu 50%',
      ]);
    });

    it('on a terminal, the view is drawn, wiped out, and followed by the summary', async () => {
      const written: string[] = [];
      const write = (chunk: Buffer, _: string, done: () => void) => {
        written.push(chunk.toString());
        done();
      };
      const terminal = Object.assign(new Writable({ write }), { isTTY: true, columns: 60, rows: 24 });
      const last = await lastValueFrom(show(of(stateAfter(...half), stateAfter(...finished)), terminal as never));
      expect(last.phase).to.equal('ended');
      expect(written.join('')).to.contain('worker 1').and.to.contain(`${ESCAPE}[2K`);
      expect(written.at(-1)).to.match(/^\n {2}.*hashed.*\/some\/where/);
    });
  });

  describe('05-supervise', () => {
    const app = (args: string[], options?: ScriptOptions) => demo('05-supervise', args, options);
    const loops = ['one-for-one', 'rest-for-one', 'one-for-all'].flatMap(group =>
      ['a', 'b', 'c'].map(loop => `${group}/${loop}`),
    );

    itInFull(`runs nine loops, restarts what crashes, and ends by itself ${LONG}`, async () => {
      const { code, stdout, stderr } = await app(['--seconds', '6']).ended;
      const lines = stdout.trimEnd().split('\n');
      const about = (what: RegExp) =>
        lines.flatMap(line => new RegExp(`(\\S+/\\w) +${what.source}`).exec(line)?.[1] ?? []);
      expect(stderr).to.equal('');
      expect(stdout).not.to.contain(ESCAPE);
      expect([...new Set(about(/runs, pid \d+/))]).to.deep.equal(loops);
      expect(about(/(threw an error|exited with 3|killed by SIGKILL|hung \(watchdog\))/)).not.to.deep.equal([]);
      expect(about(/starts again in \d+ ms/)).not.to.deep.equal([]);
      const stops = lines.slice(lines.findIndex(line => line.endsWith('the time is over: stopping')));
      const stopped = stops.flatMap(line => /(\S+\/\w) +stopped$/.exec(line)?.[1] ?? []);
      expect(stopped).not.to.deep.equal([]);
      expect(loops).to.include.members(stopped);
      expect(lines.at(-1)).to.match(/^✔ \d+ starts, \d+ crash(es)?; no process is left$/);
      expect(code).to.equal(0);
    });

    itInFull(`stops upon ctrl-c ${LONG}`, async () => {
      const script = app(['--seconds', '60', '--seed', '3']);
      await script.says('one-for-one/b  runs');
      script.process.kill('SIGINT');
      const { code, stdout } = await script.ended;
      expect(stdout).to.contain('SIGINT: stopping');
      expect(stdout).to.match(/; no process is left\n$/);
      expect(code).to.equal(130);
    });

    itInFull(
      `takes keys on a terminal: r restarts the selected loop, k kills it, ctrl-c stops ${LONG}`,
      async function () {
        this.timeout(60_000);
        const script = `${process.execPath} ${path.join(DEMO, '05-supervise.js')} --seconds 60 --seed 4`;
        const terminal = openTerminal(`stty cols 160 rows 50; NO_COLOR=1 ${script}`, ROOT);
        await terminal.says('up, down select   r restarts   k kills');
        await terminal.says('› a');
        await terminal.says('running');
        terminal.type('r');
        await terminal.says('running, start 2');
        terminal.type('\u001b[B');
        await terminal.says('› b');
        terminal.type('k');
        await terminal.says('killed by SIGKILL');
        terminal.type('\u0003');
        await terminal.says('no process is left');
        expect(await terminal.ended).to.equal(130);
      },
    );

    itInFull(`tells how it is used ${LONG}`, async () => {
      const help = await app(['--help']).ended;
      expect(help.stdout).to.match(/^Usage: npm run demo:supervise/);
      expect(help.code).to.equal(0);
      const wrong = await app(['--seconds', 'soon']).ended;
      expect(wrong.stderr).to.equal("--seconds is 'soon': it must be a number, 0 to 3600\nTry --help.\n");
      expect(wrong.code).to.equal(2);
    });

    it('has the same fate for the same seed', () => {
      const { fateOf } = require(path.join(DEMO, 'supervise', 'fate.js')) as typeof import('../demo/supervise/fate');
      const fates = (seed: number) => loops.flatMap(loop => [1, 2, 3].map(attempt => fateOf(seed, loop, attempt)));
      expect(fates(1)).to.deep.equal(fates(1));
      expect(fates(1)).not.to.deep.equal(fates(2));
      expect(new Set(fates(1).map(({ crash }) => crash)).size).to.equal(4);
      for (const { turns } of fates(1)) expect(turns).to.be.within(8, 98);
    });

    it('draws within the width of the terminal', () => {
      const { view } = require(path.join(DEMO, 'supervise', 'view.js')) as typeof import('../demo/supervise/view');
      const { initialState, reduce } = require(
        path.join(DEMO, 'supervise', 'state.js'),
      ) as typeof import('../demo/supervise/state');
      type AppEvent = import('../demo/supervise/state').AppEvent;
      const at = { strategy: 'rest-for-one', loop: 'b' };
      const happened: AppEvent[] = [
        { type: 'started', ...at },
        { type: 'ready', ...at, pid: 7 },
        ...Array.from({ length: 300 }, (): AppEvent => ({ type: 'tick' })),
        { type: 'restarting', ...at, delay: 400 },
      ];
      const state = happened.reduce(
        (state, value, index) => reduce(state, { value, timestamp: 1_000 + index }),
        initialState(9),
      );
      for (const width of [40, 80, 200]) {
        const lines = view(state, plain(width));
        for (const line of lines) expect(line.length, line).to.be.at.most(width);
        expect(lines.find(line => line.startsWith('    b') && line.includes('━'))).to.contain('running');
      }
    });
  });
});
