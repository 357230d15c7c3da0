/** docs/recipes/: the other programs run, in real processes, and do what their pages say. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { whatLacks } from '../containers/container';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { childrenOf, isAlive } from '../support/processes';
import { compiled, endAll, expectToPrint, PROGRAMS, start, workersOf } from '../support/recipes';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';
import { openTerminal } from '../support/terminal';

describe('recipes: programs', () => {
  const folder = temporaryFolder();
  afterEach(endAll);

  describe('a big CSV file', () => {
    const write = (rows: number) => {
      const lines = Array.from({ length: rows }, (_, at) => `"name, ${at}",${at % 6_000}`);
      writeFileSync(folder.file('sales.csv'), `name,amount\n${lines.join('\n')}\n`);
    };

    itInFull(`is summed up ${LONG}`, async () => {
      write(60_000);
      await expectToPrint('csv.mts', [folder.file('sales.csv')]);
    });

    itInFull(`is read no further while the parent is slow ${LONG}`, async function () {
      if (!existsSync('/proc/self/fdinfo')) return this.skip();
      write(400_000);
      const { ReadCsv } = require(compiled('read-csv.ts')) as typeof import('../../docs/recipes/programs/read-csv');
      const task = new ReadCsv(folder.file('sales.csv'));
      let rows = 0;
      for await (const batch of task.messages()) {
        if (rows === 0) {
          const { pid } = task.process ?? {};
          const fds = readdirSync(`/proc/${pid}/fd`);
          const fd = fds.find(each => readlinkSync(`/proc/${pid}/fd/${each}`) === folder.file('sales.csv'));
          const position = () => Number(/^pos:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1]);
          let seen = { at: -1, since: Date.now() };
          await poll('the child reads no further', () => {
            if (position() !== seen.at) seen = { at: position(), since: Date.now() };
            return Date.now() - seen.since > 1_000;
          });
          expect(seen.at).to.be.below(4_000_000);
        }
        rows += batch.length;
      }
      expect(rows).to.equal(400_000);
    });
  });

  describe('programs that say what they print', () => {
    const names = ['memory.mts', 'retry.mts', 'table.mts', 'traced.mts'];
    for (const program of rows(names, () => false)) {
      it(`${program} ${LONG}`, () => expectToPrint(program));
    }

    itInFull(`poller.test.mts, a test in virtual time ${LONG}`, async () => {
      const { code, stdout } = await runNode(['--test', compiled('poller.test.mts')]).ended;
      expect(code, stdout).to.equal(0);
      expect(stdout).to.match(/pass 1\b/);
    });
  });

  itInFull(`images are resized, and a broken one fails alone ${LONG}`, async () => {
    const [width, height] = [640, 400];
    // The left half is black, the right half is red.
    const pixels = Buffer.alloc(width * height * 3);
    for (let at = 0; at < width * height; at++) if (at % width >= width / 2) pixels[at * 3] = 200;
    const image = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
    for (let at = 0; at < 5; at++) writeFileSync(folder.file(`${at}.ppm`), image);
    writeFileSync(folder.file('broken.ppm'), 'GIF89a');

    const { code, stdout, stderr } = await start('resize.mts', [folder.path]).ended;
    expect(code).to.equal(0);
    expect(stderr).to.include('broken.ppm is no PPM picture');
    const small = [0, 1, 2, 3, 4].map(at => folder.file(`${at}.small.ppm`));
    expect(stdout.trim().split('\n').sort()).to.deep.equal(small);
    const written = readFileSync(folder.file('4.small.ppm'));
    const header = 'P6\n320 200\n255\n';
    expect(written.toString('latin1', 0, header.length)).to.equal(header);
    expect(written).to.have.length(header.length + 320 * 200 * 3);
    const reds = [0, 159, 160, 319].map(x => written[header.length + x * 3]);
    expect(reds).to.deep.equal([0, 0, 200, 200]);
  });

  itInFull(`work by the clock is done at each full period, a little later ${LONG}`, async () => {
    const { code, stdout } = await start('clock.mts', ['500']).ended;
    const marks = stdout.trim().split('\n').map(Date.parse);
    expect(marks).to.have.length(3);
    expect(marks.map(mark => mark % 500)).to.deep.equal([0, 0, 0]);
    expect(new Set(marks).size).to.equal(3);
    expect(code).to.equal(0);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    itInFull(`ffmpeg and what it has started end with a program that gets ${signal} ${LONG}`, async () => {
      const standIn = ['#!/bin/sh', 'sleep 1000 &', 'echo $$ $! > pids', 'echo out_time_us=1500000', 'wait'];
      writeFileSync(folder.file('ffmpeg'), `${standIn.join('\n')}\n`, { mode: 0o755 });
      const program = start('ffmpeg.mts', [], { cwd: folder.path, env: { FFMPEG: folder.file('ffmpeg') } });
      await program.says('1.5 s are written');
      const pids = folder.lines('pids').flatMap(line => line.split(' ').map(Number));
      expect(pids.map(isAlive)).to.deep.equal([true, true]);
      program.process.kill(signal);
      expect((await program.ended).signal).to.equal(signal);
      await poll('the whole tree has ended', () => !pids.some(isAlive));
    });
  }

  itInFull(`ffmpeg that fails, or is not there, is an error ${LONG}`, async () => {
    writeFileSync(folder.file('ffmpeg'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    for (const [FFMPEG, error] of [
      [folder.file('ffmpeg'), 'ffmpeg has ended with 3'],
      [folder.file('nothing'), 'ENOENT'],
    ] as const) {
      const { stdout, stderr } = await start('ffmpeg.mts', [], { env: { FFMPEG } }).ended;
      expect(stdout).to.equal('failed\n');
      expect(stderr).to.include(error);
    }
  });

  describe('a daemon', () => {
    itInFull(`starts its loop again, and ends it with a SIGTERM ${LONG}`, async () => {
      const daemon = start('daemon.mts');
      await daemon.says('the connection is open');
      const [first] = workersOf(daemon);
      process.kill(first as number, 'SIGKILL');
      await daemon.says('exited signal');
      await poll('another loop', () => daemon.stdout.split('the connection is open').length === 3);
      daemon.process.kill('SIGTERM');
      const { signal, stdout } = await daemon.ended;
      expect(signal).to.equal('SIGTERM');
      expect(stdout).to.include('the connection is closed');
    });

    itInFull(`is process 1 of a container ${LONG}`, async function () {
      const lacks = whatLacks({});
      if (lacks !== undefined) return this.skip();
      const command = ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, compiled('daemon.mts')];
      const container = spawn('unshare', command, { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      container.stdout.on('data', text => {
        said += text;
      });
      const exit = once(container, 'exit');
      await poll('its loop', () => said.includes('the connection is open'));
      const [node] = childrenOf(container.pid as number);
      process.kill(node as number, 'SIGTERM');
      expect((await exit)[0]).to.equal(143);
      expect(said).to.include('the connection is closed');
    });

    itInFull(`has a unit that systemd understands ${LONG}`, async function () {
      const { error, stderr } = spawnSync('systemd-analyze', ['verify', path.join(PROGRAMS, 'mailer.service')], {
        encoding: 'utf8',
      });
      if (error) return this.skip();
      expect(stderr.split('\n').filter(line => line.includes('mailer.service:'))).to.deep.equal([]);
    });
  });

  describe('a command-line tool', () => {
    const text = 'one two  three\n'.repeat(200_000);

    itInFull(`prints its result alone to stdout ${LONG}`, async () => {
      writeFileSync(folder.file('text'), text);
      const { code, stdout } = await start('tool.mts', [folder.file('text'), folder.file('text')]).ended;
      expect(stdout).to.equal('1200000 words\n');
      expect(code).to.equal(0);
    });

    itInFull(`shows a bar, and ends with code 130 after Ctrl-C ${LONG}`, async () => {
      writeFileSync(folder.file('text'), text);
      const files = Array(2_000).fill('text').join(' ');
      const terminal = openTerminal(`${process.execPath} ${compiled('tool.mts')} ${files}`, folder.path);
      await terminal.says('2/2000');
      terminal.type('\x03');
      await terminal.says('interrupted after');
      expect(await terminal.ended).to.equal(130);
    });
  });
});
