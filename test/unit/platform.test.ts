/** What differs between the platforms, as far as it can be told without them. */
import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { PROC } from '../../src/platform/linux';
import { posix } from '../../src/platform/posix';
import type { Platform } from '../../src/platform/types';
import { orphanKiller, windows } from '../../src/platform/windows';
import { isSamePath } from '../../src/util/module-cache';

describe('the platforms', () => {
  it('have the same members', () => {
    const members = (platform: Platform) =>
      Object.entries(platform).flatMap(([room, value]) => [room, ...Object.keys(value).map(name => `${room}.${name}`)]);
    expect(members(windows)).to.have.members(members(posix));
  });
  it('find a variable: on Windows whatever the case of its name', () => {
    const env = { Path: 'x' };
    expect(posix.nameIn(env, 'PATH')).to.equal(undefined);
    expect(posix.nameIn(env, 'Path')).to.equal('Path');
    expect(windows.nameIn(env, 'PATH')).to.equal('Path');
    expect(windows.nameIn({ ...env, PATH: 'y' }, 'PATH')).to.equal('PATH');
    expect(windows.nameIn(env, 'TEMP')).to.equal(undefined);
  });
  it('tell a signal by an exit code: Windows that of Ctrl-C, and no other', () => {
    expect(windows.stop.signalOf(0xc000013a)).to.equal('SIGINT');
    for (const code of [null, 0, 1, 130, 134, 0xc0000005]) expect(windows.stop.signalOf(code)).to.equal(null);
    expect(posix.stop.signalOf(0xc000013a)).to.equal(null);
  });
  it('kill what a process has left: on Windows by taskkill, and nothing that is older than the process', () => {
    expect(orphanKiller(12, 1_700_000_000_000)).to.equal(
      "$since = [DateTimeOffset]::FromUnixTimeMilliseconds(1700000000000).LocalDateTime; Get-CimInstance Win32_Process -Filter 'ParentProcessId = 12' | Where-Object { $_.CreationDate -ge $since } | ForEach-Object { taskkill /T /F /PID $_.ProcessId }",
    );
  });
  const rows: [row: string, cpu: number][] = [
    ['  4711  2048 00:01:02', 62_000],
    ['4711 2048   0:03.25', 3_250],
    ['4711 2048 71:02.5', 4_262_500],
    [' 4711 2048 2-01:00:01', 176_401_000],
  ];
  for (const [row, cpu] of rows) {
    it(`read what ps tells of the usage of a process: ${row.trim()}`, () => {
      expect(posix.usage.parse(row)).to.deep.equal({ pid: 4711, bytes: 2_097_152, cpu });
    });
  }
  it('read what PowerShell tells of it, and nothing from other rows', () => {
    expect(windows.usage.parse('4711 2097152 1234\r')).to.deep.equal({ pid: 4711, bytes: 2_097_152, cpu: 1_234 });
    expect(windows.usage.command([4711, 4712]).at(-1)).to.include('Get-Process -Id 4711,4712 ');
    for (const row of ['', 'PID RSS TIME', '4711', '4711 x 0:01']) {
      for (const { usage } of [posix, windows]) expect(usage.parse(row)).to.equal(undefined);
    }
  });
  it('tell whether a process is running', () => {
    // Without /proc, only `ps` tells a running process from a zombie.
    expect(posix.watch.isRunning(process.pid)).to.equal(existsSync(`${PROC}/self`) ? true : undefined);
    expect(windows.watch.isRunning(process.pid)).to.equal(true);
    // No system gives a pid as high as that.
    for (const { watch } of [posix, windows]) expect(watch.isRunning(2 ** 30)).to.equal(false);
  });
});

describe('paths and file: URLs', () => {
  it('are the same whatever the case of the letter of a drive', () => {
    expect(isSamePath('c:\\a.js', 'C:\\a.js')).to.equal(true);
    expect(isSamePath('file:///c:/a.mjs', 'file:///C:/a.mjs')).to.equal(true);
    expect(isSamePath('c:\\a.js', 'C:\\A.js')).to.equal(false);
    expect(isSamePath('c:\\a.js', 'd:\\a.js')).to.equal(false);
    expect(isSamePath('\\\\server\\share\\a.js', '\\\\server\\share\\a.js')).to.equal(true);
    expect(isSamePath('/c/a.js', '/C/a.js')).to.equal(false);
  });
});
