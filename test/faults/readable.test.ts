/** Row 82: a failure before a child is ready is one sentence, and frames of the library can be read. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { runNode } from '../support/script';

const BOOT = path.join(ROOT, 'dist/child/boot.js');
const LOOP_BUNDLE = path.join(ROOT, 'dist/child/loop/index.js');
const BUNDLES = readdirSync(path.join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
  .filter(
    file =>
      path.basename(file) === 'index.js' && !file.startsWith('testing') && file !== path.join('observe', 'index.js'),
  )
  .map(file => path.join(ROOT, 'dist', file));

/** Starts `child/boot` by hand, with a channel that `talk` writes to. */
async function boot(kind: string, talk: (channel: Socket) => void, cached: boolean) {
  const env = { ...process.env, ...(cached ? {} : { NODE_DISABLE_COMPILE_CACHE: '1' }) };
  const child = spawn(process.execPath, [BOOT, kind], { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const channel = child.stdio[3] as Socket;
  channel.on('error', () => {});
  talk(channel);
  const [stderr, [code]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'close')]);
  channel.destroy();
  return { stderr, code };
}

/** A frame with this JSON, of a version of the protocol. */
function frame(batch: unknown, version = 2): Buffer {
  const payload = Buffer.from(JSON.stringify(batch));
  const header = Buffer.from([0x4f, 0x52, version, 1, 0, 0, 0, 0]);
  header.writeUInt32LE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

describe('82 a failure before a child is ready', () => {
  const doesNotUnderstand = (why: string) =>
    new RegExp(
      `^offspring-rx: the child \\(pid \\d+\\) does not understand its parent \\(${why}\\): if the package was replaced while the parent runs, start the parent again\\n$`,
    );
  const cases: Record<string, [talk: (channel: Socket) => void, told: RegExp]> = {
    'the parent ends before its order': [
      channel => channel.end(),
      /^offspring-rx: the child \(pid \d+\) ends: the parent ended before it gave its order\n$/,
    ],
    'the parent ends in the middle of its order': [
      channel => channel.end(frame([{ type: 'prime' }]).subarray(0, 12)),
      /^offspring-rx: the child \(pid \d+\) ends: the parent ended before it gave its order\n$/,
    ],
    'the parent is of another version, which frames tell': [
      channel => channel.write(frame([], 1)),
      doesNotUnderstand('a frame of protocol version 1, but this side speaks version 2'),
    ],
    'the parent is of another version, which orders tell': [
      channel => channel.write(frame([{ type: 'prime', path: '/task.js' }])),
      doesNotUnderstand('an order of unknown type'),
    ],
    'the parent gives orders in another order': [
      channel => channel.write(frame([{ type: 'stop' }])),
      doesNotUnderstand('no order to prime comes first'),
    ],
    'the parent gives no order': [
      channel => channel.write(frame([])),
      doesNotUnderstand('no order to prime comes first'),
    ],
    'the parent is another program': [
      channel => channel.write('{"cmd":"NODE_HANDLE"}\n'),
      doesNotUnderstand('bytes that are not a frame \\(7b22636d64223a22\\)'),
    ],
    'the parent sends a damaged order': [
      channel => channel.write(Buffer.concat([frame([]).subarray(0, 4), Buffer.from([2, 0, 0, 0]), Buffer.from('{]')])),
      doesNotUnderstand('.*JSON.*'),
    ],
  };
  for (const [number, [what, [talk, told]]] of Object.entries(cases).entries()) {
    for (const kind of rows(['once', 'loop'], (_, at) => at === number % 2)) {
      it(`is one sentence, ${kind}: ${what} ${LONG}`, async () => {
        for (const cached of [true, false]) {
          const { stderr, code } = await boot(kind, talk, cached);
          expect(stderr).to.match(told);
          expect(code).to.equal(1);
        }
      });
    }
  }

  it('is one sentence: child/boot is run by hand', async () => {
    for (const args of [[], ['once'], ['loop', '--help']]) {
      const { code, stdout, stderr } = await runNode([BOOT, ...args]).ended;
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.equal(
        'offspring-rx: dist/child/boot.js is started by the library in a child process: do not run it yourself\n',
      );
    }
  });
});

describe('82 the code of the library', () => {
  it('has lines that can be printed, and names', () => {
    for (const file of BUNDLES) {
      const lines = readFileSync(file, 'utf8').split('\n');
      const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
      expect(longest, file).to.be.below(600);
      // A function or a method on a line of its own, in each of them; that of the operators has only getters of what it exports.
      expect(
        lines.some(line => /^ *(function |#)?\w+\(.*\) \{$|, get: function\(\) \{$/.test(line)),
        file,
      ).to.equal(true);
    }
  });

  it('holds the parts of RxJS on lines of their own, with their license', () => {
    const code = readFileSync(LOOP_BUNDLE, 'utf8');
    expect(code).to.match(/^ +function takeUntil\(notifier\) \{$/m);
    expect(code).to.match(/Parts of RxJS \d+\.\d+\.\d+.*Copyright \(c\).*Apache License, Version 2\.0.*tslib/s);
  });

  it('is printed as one line where it throws, and its frames name the functions', async () => {
    const misuse = `const { Subprocess } = require('offspring-rx');
      class Task extends Subprocess { static EXPLICIT_START = true; run() {} }
      new Task().emit('too early');`;
    const { code, stderr } = await runNode(['-e', misuse], { cwd: ROOT }).ended;
    expect(code).to.equal(1);
    for (const line of stderr.split('\n')) expect(line.length).to.be.below(600);
    const frames = [...stderr.matchAll(/at (\S+) \((.*dist[/\\]index\.js):(\d+):(\d+)\)/g)];
    expect(frames.map(([, name]) => name)).to.include.members(['Task.emit', 'inChild']);
    for (const [, , file, line, column] of frames) {
      const printed = readFileSync(file as string, 'utf8').split('\n')[Number(line) - 1] as string;
      expect(printed.slice(Number(column) - 1)).to.match(/^\w|^\(/);
      expect(printed.trim()).to.match(/throw|return/);
    }
  });

  it('is no part of the stack of a RemoteError, in a child that loads it compiled or compiles it', async () => {
    const script = `const { Subprocess, SubprocessLoop, isChild } = require('offspring-rx');
      const { SubprocessWorker, WorkerPool } = require('offspring-rx/pool');
      exports.Task = class Task extends Subprocess { run() { throw new TypeError('as it should'); } };
      exports.Loop = class Loop extends SubprocessLoop { loop() { throw new TypeError('as it should'); } };
      exports.Worker = class Worker extends SubprocessWorker { work() { throw new TypeError('as it should'); } };
      if (!isChild) (async () => {
        const pool = new WorkerPool(exports.Worker, { workers: 1 });
        const failures = [new exports.Task().result(), new exports.Loop().result(), pool.run(1)];
        for (const { reason } of await Promise.allSettled(failures)) console.log(reason.stack);
        await pool.shutdown();
      })();`;
    const file = path.join(ROOT, 'build', 'test', `stacks-${process.pid}.cjs`);
    writeFileSync(file, script);
    try {
      for (const env of [{}, {}, { NODE_DISABLE_COMPILE_CACHE: '1' }]) {
        const { code, stdout, stderr } = await runNode([file], { env }).ended;
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
        const frames = stdout.split('\n').filter(line => /^\s+at /.test(line));
        for (const name of ['Task.run', 'Loop.loop', 'Worker.work']) expect(stdout).to.contain(`at ${name} (${file}:`);
        expect(frames.filter(line => /offspring-rx|[/\\]dist[/\\]/.test(line))).to.deep.equal([]);
      }
    } finally {
      rmSync(file, { force: true });
    }
  });
});
