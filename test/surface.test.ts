/** The public surface is a list. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';

const NAMES = [
  // Errors and their guards
  'ExitError',
  'ProtocolError',
  'RemoteError',
  'SendError',
  'StartError',
  'StateError',
  'SubprocessError',
  'WatchdogError',
  'isExitError',
  'isProtocolError',
  'isRemoteError',
  'isSendError',
  'isStartError',
  'isStateError',
  'isSubprocessError',
  'isWatchdogError',
  // As a cold Observable
  'fromSubprocess',
  // Ready for any class
  'keepSpares',
  // Where am I
  'isChild',
  // What to extend
  'Subprocess',
  'SubprocessLoop',
];
const BULLMQ = ['QueuePool', 'mapOverQueue', 'serveQueue'];
const DASHBOARD = ['serveDashboard', 'top'];
const POOL = ['SubprocessWorker', 'TimeoutError', 'WorkerPool', 'isTimeoutError', 'mapInSubprocess'];
const OBSERVE = ['processTree$'];
const OPERATORS = ['ofType', 'toState', 'whenExited', 'whenReady'];
const TESTING = [
  ...['VirtualTime', 'crash', 'exitCode', 'expectNoChildren', 'inProcess', 'killedBy', 'messages', 'neverReady'],
  'poolInProcess',
];
const OTEL = ['instrument'];
const SUPERVISE = ['RestartLimitError', 'Supervisor', 'isRestartLimitError', 'supervise', 'superviseAll'];

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

describe('the public surface', () => {
  it('of offspring-rx is this list', () => {
    expect(Object.keys(require('offspring-rx'))).to.have.members(NAMES);
  });

  it('of offspring-rx/bullmq is this list', () => {
    expect(Object.keys(require('offspring-rx/bullmq'))).to.have.members(BULLMQ);
  });

  it('of offspring-rx/observe is this list', () => {
    expect(Object.keys(require('offspring-rx/observe'))).to.have.members(OBSERVE);
  });

  it('of offspring-rx/dashboard is this list', () => {
    expect(Object.keys(require('offspring-rx/dashboard'))).to.have.members(DASHBOARD);
  });

  it('of offspring-rx/operators is this list', () => {
    expect(Object.keys(require('offspring-rx/operators'))).to.have.members(OPERATORS);
  });

  it('of offspring-rx/otel is this list', () => {
    expect(Object.keys(require('offspring-rx/otel'))).to.have.members(OTEL);
  });

  it('of offspring-rx/pool is this list', () => {
    expect(Object.keys(require('offspring-rx/pool'))).to.have.members(POOL);
  });

  it('of offspring-rx/supervise is this list', () => {
    expect(Object.keys(require('offspring-rx/supervise'))).to.have.members(SUPERVISE);
  });

  it('of offspring-rx/testing is this list', () => {
    expect(Object.keys(require('offspring-rx/testing'))).to.have.members(TESTING);
  });

  it('is the same for an import, so that ESM sees every name', async () => {
    // Not import(): it would be compiled to a require.
    const load: (name: string) => Promise<object> = new Function('name', 'return import(name)') as never;
    expect(Object.keys(await load('offspring-rx'))).to.include.members(NAMES);
    expect(Object.keys(await load('offspring-rx/operators'))).to.include.members(OPERATORS);
    expect(Object.keys(await load('offspring-rx/supervise'))).to.include.members(SUPERVISE);
    expect(Object.keys(await load('offspring-rx/pool'))).to.include.members(POOL);
    expect(Object.keys(await load('offspring-rx/bullmq'))).to.include.members(BULLMQ);
    expect(Object.keys(await load('offspring-rx/observe'))).to.include.members(OBSERVE);
    expect(Object.keys(await load('offspring-rx/otel'))).to.include.members(OTEL);
    expect(Object.keys(await load('offspring-rx/dashboard'))).to.include.members(DASHBOARD);
    expect(Object.keys(await load('offspring-rx/testing'))).to.include.members(TESTING);
  });

  it('has these entries, and nothing behind them can be reached', () => {
    const entry = (file: string, name = file.replace('/index', '')) => ({
      // For bundlers: scripts/in-bundle.mjs.
      module: `./dist/in-bundle/${name}.mjs`,
      import: { types: `./dist/${file}.d.mts`, default: `./dist/${file}.mjs` },
      require: { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
    });
    expect(manifest.exports).to.deep.equal({
      '.': { ...entry('index'), require: { types: './dist/index.d.ts', default: './dist/entry.js' } },
      './operators': entry('operators/index'),
      './supervise': entry('supervise/index'),
      './pool': entry('pool/index'),
      './testing': entry('testing/index'),
      './bullmq': entry('bullmq/index'),
      './observe': entry('observe/index'),
      './otel': entry('otel/index'),
      './otel/register': entry('otel/register', 'otel-register'),
      './dashboard': entry('dashboard/index'),
      './package.json': './package.json',
    });
    expect(require('offspring-rx/package.json').name).to.equal('offspring-rx');
    for (const inner of ['offspring-rx/dist/index.js', 'offspring-rx/parent/lifecycle', 'offspring-rx/side']) {
      expect(() => require(inner)).to.throw(/ERR_PACKAGE_PATH_NOT_EXPORTED|is not defined by "exports"/);
    }
  });

  it('depends on rxjs 7 as a peer, and on nothing else at run time, bar what a queue, OpenTelemetry and a screen need', () => {
    const optional = { '@opentelemetry/api': '^1.9.0', bullmq: '>=6', ink: '>=6', ioredis: '>=6', react: '>=19' };
    expect(manifest.peerDependencies).to.deep.equal({ ...optional, rxjs: '^7.8.0' });
    const meta = Object.keys(optional).map(name => [name, { optional: true }]);
    expect(manifest.peerDependenciesMeta).to.deep.equal(Object.fromEntries(meta));
    for (const kind of ['dependencies', 'optionalDependencies', 'bundledDependencies']) {
      expect(manifest).not.to.have.property(kind);
    }
  });

  it('packs what is needed: the compiled library', () => {
    expect(manifest.files).to.include('dist');
    for (const folder of ['src', 'test', 'demo', 'build', 'bench']) expect(manifest.files).not.to.include(folder);
    expect(manifest).to.include({ main: './dist/entry.js', types: './dist/index.d.ts', license: 'Apache-2.0' });
  });
});
