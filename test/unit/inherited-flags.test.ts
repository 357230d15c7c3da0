/** The flags, the environment and the TypeScript loader that a child inherits from its parent. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { create } from 'ts-node';
import { childEnv } from '../../src/parent/spawn/child-env';
import { inheritedFlags } from '../../src/parent/spawn/inherited-flags';
import { tsNode } from '../../src/parent/spawn/ts-node';
import { windows } from '../../src/platform/windows';

const at = (file: string) => path.resolve(file);
const TS_NODE = Symbol.for('ts-node.register.instance');
const services = process as unknown as Record<symbol, unknown>;

/** Calls `work` as if `-r ts-node/register/transpile-only` had registered it in this process. */
function withTsNode<T>(work: () => T): T {
  const { prepareStackTrace } = Error;
  services[TS_NODE] = create({ transpileOnly: true });
  try {
    return work();
  } finally {
    delete services[TS_NODE];
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Calls `work` as if no ts-node were registered in this process. */
function withoutTsNode<T>(work: () => T): T {
  const service = services[TS_NODE];
  delete services[TS_NODE];
  try {
    return work();
  } finally {
    services[TS_NODE] = service;
  }
}

/** Calls `work` with these variables in the environment of this process. */
function withEnv<T>(changes: Record<string, string>, work: () => T): T {
  const before = { ...process.env };
  Object.assign(process.env, changes);
  try {
    return work();
  } finally {
    for (const key of Object.keys(changes)) {
      if (before[key] === undefined) delete process.env[key];
      else process.env[key] = before[key];
    }
  }
}

const urlOf = (name: string) => pathToFileURL(at(name)).href;

describe('inheritedFlags', () => {
  const keep = '--max-old-space-size=100';
  const table: [what: string, parent: string[], child: string[]][] = [
    ['nothing', [], []],
    ['V8 and engine flags', [keep, '--enable-source-maps'], [keep, '--enable-source-maps']],
    ['a condition with its value', ['-C', 'development', '--conditions=x'], ['-C', 'development', '--conditions=x']],
    ['an absolute -r', ['-r', '/hooks/a.js'], ['-r', '/hooks/a.js']],
    ['a relative -r, made absolute', ['-r', './biome.json', keep], ['-r', at('biome.json'), keep]],
    ['a relative --require=', [`--require=../${path.basename(at('.'))}/biome.json`], ['--require', at('biome.json')]],
    ['a relative --import', ['--import', './biome.json'], ['--import', urlOf('biome.json')]],
    ['a relative --loader', ['--loader=./biome.json'], ['--loader', urlOf('biome.json')]],
    [
      'a relative --experimental-loader',
      ['--experimental-loader', './biome.json'],
      ['--experimental-loader', urlOf('biome.json')],
    ],
    ['a file that does not exist, unchanged', ['-r', './no-such-file.js'], ['-r', './no-such-file.js']],
    ['a file: URL', ['--import=file:///a%20b.mjs'], ['--import', 'file:///a%20b.mjs']],
    ['a data: URL', ['--import', 'data:text/javascript,1'], ['--import', 'data:text/javascript,1']],
    ['a package, made absolute', ['-r', 'chai'], ['-r', require.resolve('chai')]],
    ['a package that does not exist, unchanged', ['-r', 'no-such-package-here'], ['-r', 'no-such-package-here']],
    [
      'a relative --import with an escaped character',
      ['--import=./biome%2ejson?x#y'],
      ['--import', `${urlOf('biome%2ejson').replace('%25', '%')}?x#y`],
    ],
    [
      'a relative --experimental-config-file',
      ['--experimental-config-file=biome.json'],
      ['--experimental-config-file', at('biome.json')],
    ],
    ['a flag with underscores', ['--trace_warnings'], ['--trace_warnings']],
  ];
  for (const [what, parent, child] of table) {
    it(`inherits ${what}`, () => expect(inheritedFlags(undefined, parent)).to.deep.equal(child));
  }

  const notInherited: string[][] = [
    ['-e', 'code()'],
    ['--eval', 'code()'],
    ['--eval=code()'],
    ['-p', 'code()'],
    ['-pe', 'code()'],
    ['--print', 'code()'],
    ['-i'],
    ['--interactive'],
    ['--input-type=module'],
    ['--input-type', 'module'],
    ['--test'],
    ['--test-only'],
    ['--test-reporter', 'spec'],
    ['--test-reporter=spec'],
    ['--test-name-pattern', 'a b'],
    ['--test-concurrency', '2'],
    ['--experimental-test-coverage'],
    ['--watch'],
    ['--watch-path', './src'],
    ['--watch-preserve-output'],
    ['--run', 'start'],
    ['--inspect-port=0'],
    ['--inspect-port', '0'],
    ['--inspect-publish-uid=http'],
    ['--debug-port', '0'],
    ['--env-file=.gitignore'],
    ['--env-file', '.gitignore'],
    ['--env-file-if-exists=no-such/.env'],
    ['--env-file-if-exists', '.gitignore'],
    ['--input_type=module'],
  ];
  for (const flags of notInherited) {
    it(`leaves out ${flags.join(' ')}, and nothing else`, () => {
      expect(inheritedFlags(undefined, [keep, ...flags, '--no-warnings'])).to.deep.equal([keep, '--no-warnings']);
    });
  }

  for (const flag of ['--inspect', '--inspect=9229', '--inspect-brk', '--inspect-brk=0.0.0.0:0', '--inspect-wait']) {
    it(`gives the child a port of its own for ${flag}`, () => {
      expect(inheritedFlags(undefined, [keep, flag, '--no-warnings'])).to.deep.equal([
        keep,
        '--no-warnings',
        '--inspect-port=0',
      ]);
    });
  }

  it('ends before the path and the options that the ts-node program appends', () => {
    const program = '/x/node_modules/ts-node/dist/bin.js';
    expect(inheritedFlags(undefined, [keep, program, '--transpile-only', '-r', './a.js'])).to.deep.equal([keep]);
    expect(inheritedFlags(undefined, [program.replace('bin', 'bin-esm'), '-T'])).to.deep.equal([]);
  });

  it('leaves out the flags of a registered ts-node, which the child gets in an order', () => {
    for (const name of ['ts-node/register', 'ts-node/register/transpile-only', require.resolve('ts-node/register')]) {
      const flags = withTsNode(() => inheritedFlags(undefined, ['-r', name, `--require=${name}`, keep]));
      expect(flags).to.deep.equal([keep]);
    }
  });

  it('inherits a ts-node that is not registered, as any other module', () => {
    const flags = withoutTsNode(() => inheritedFlags(undefined, ['-r', 'ts-node/register']));
    expect(flags).to.deep.equal(['-r', require.resolve('ts-node/register')]);
  });

  it('inherits the loader of ts-node, without its type check', () => {
    const [flag, file] = inheritedFlags(undefined, ['--loader', 'ts-node/esm']);
    expect(flag).to.equal('--loader');
    expect(file).to.match(/ts-node[\\/]esm[\\/]transpile-only(\.mjs)?$/);
  });

  it('reads the flags of this process by default', () => {
    expect(inheritedFlags()).to.deep.equal(inheritedFlags(undefined, process.execArgv));
  });
});

describe('childEnv', () => {
  it("is the parent's, with the changes merged over it", () => {
    const env = withEnv({ KEEP: 'kept', REPLACE: 'old', REMOVE: 'old' }, () =>
      childEnv({ env: { REPLACE: 'new', REMOVE: undefined, ADD: 'added', EMPTY: '' } }),
    );
    expect(env).to.include({ KEEP: 'kept', REPLACE: 'new', ADD: 'added', EMPTY: '', PATH: process.env['PATH'] });
    expect(env).not.to.have.property('REMOVE');
  });

  it('ignores the case of names on Windows', () => {
    const env = withEnv({ Offspring_Path: 'old', Offspring_Gone: 'old' }, () =>
      childEnv({ env: { OFFSPRING_PATH: 'new', offspring_gone: undefined } }, windows),
    );
    expect(env).to.include({ OFFSPRING_PATH: 'new' });
    expect(env).not.to.have.any.keys('Offspring_Path', 'Offspring_Gone');
  });

  it("does not change the parent's", () => {
    childEnv({ env: { PATH: 'elsewhere' } })['ADDED'] = 'x';
    expect(process.env['PATH']).not.to.equal('elsewhere');
    expect(process.env).not.to.have.property('ADDED');
  });

  it('has no prototype', () => {
    expect(Object.getPrototypeOf(childEnv())).to.equal(null);
  });

  it('leaves out the variables of a test run and of an IPC channel', () => {
    const env = withEnv({ NODE_TEST_CONTEXT: 'child-v8', NODE_CHANNEL_FD: '3' }, () => childEnv());
    expect(env).not.to.have.any.keys('NODE_TEST_CONTEXT', 'NODE_CHANNEL_FD');
  });

  it('has an undefined NODE_V8_COVERAGE if it is removed, since Node would add it again', () => {
    const env = withEnv({ NODE_V8_COVERAGE: '/x' }, () => childEnv({ env: { NODE_V8_COVERAGE: undefined } }));
    expect(env).to.have.property('NODE_V8_COVERAGE', undefined);
  });

  it("is not the parent's with extendEnv: false, bar the mark that a child removes as it boots", () => {
    const mark = { OFFSPRING_RX_BOOTING: '1' };
    expect({ ...childEnv({ extendEnv: false }) }).to.deep.equal(mark);
    expect({ ...childEnv({ extendEnv: false, env: { ONLY: 'this', NOT: undefined } }) }).to.deep.equal({
      ...mark,
      ONLY: 'this',
    });
  });

  const biome = at('biome.json');
  const options: [parent: string, child: string][] = [
    ['--max-old-space-size=50', '--max-old-space-size=50'],
    ['--inspect', ''],
    ['--inspect-brk=127.0.0.1:9229 --no-warnings', '--no-warnings'],
    ['--no-warnings --inspect=0 -r ./a.js', '--no-warnings -r ./a.js'],
    ['--inspect-wait --inspect-port=1', ''],
    ['-r ./hooks/my--inspect.js', '-r ./hooks/my--inspect.js'],
    ['-r ./biome.json', `-r ${biome}`],
    ['--require=./biome.json --no-warnings', `--require ${biome} --no-warnings`],
    ['--require "./bio"me.json', `--require ${biome}`],
    ['--import ./biome.json', `--import ${urlOf('biome.json')}`],
    ['--experimental-loader=./biome.json', `--experimental-loader ${urlOf('biome.json')}`],
    ['--title="a \\" \\\\ b"', '--title="a \\" \\\\ b"'],
    ['--inspect --title="a \\" \\\\ b"', '"--title=a \\" \\\\ b"'],
    ['--input-type=module --no-warnings', '--no-warnings'],
    ['-r "./biome.json', '-r "./biome.json'],
  ];
  for (const [parent, child] of options) {
    it(`changes NODE_OPTIONS '${parent}' to '${child}'`, () => {
      const env = withEnv({ NODE_OPTIONS: parent }, () => childEnv());
      expect(env['NODE_OPTIONS']?.replace(/\s+/g, ' ')).to.equal(child);
    });
  }

  it('leaves what forkOptions() adds to NODE_OPTIONS as it is, and only that', () => {
    const env = withEnv({ NODE_OPTIONS: '--inspect=0 -r ./biome.json' }, () =>
      childEnv({ env: { NODE_OPTIONS: `${process.env['NODE_OPTIONS']} --inspect-brk=0 -r ./package.json` } }),
    );
    expect(env['NODE_OPTIONS']).to.equal(`-r ${biome} --inspect-brk=0 -r ./package.json`);
  });
});

describe('tsNode', () => {
  it('finds the registered ts-node, without its type check', () => {
    const found = withTsNode(tsNode);
    expect(found?.path).to.equal(require.resolve('ts-node'));
    expect(found?.options).to.include({ project: at('tsconfig.json'), transpileOnly: true });
  });

  it('returns undefined if none is registered', () => {
    expect(withoutTsNode(tsNode)).to.equal(undefined);
  });
});
