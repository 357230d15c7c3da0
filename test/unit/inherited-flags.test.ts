/** The flags, the environment and the TypeScript loader that a child takes over from its parent. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { childEnv } from '../../src/parent/process/child-env';
import { inheritedFlags } from '../../src/parent/process/inherited-flags';
import { tsNode } from '../../src/parent/process/ts-node';

const at = (file: string) => path.resolve(file);
const TS_NODE = Symbol.for('ts-node.register.instance');
const services = process as unknown as Record<symbol, unknown>;

/** As if no ts-node were registered here. */
function withoutTsNode<T>(work: () => T): T {
  const service = services[TS_NODE];
  delete services[TS_NODE];
  try {
    return work();
  } finally {
    services[TS_NODE] = service;
  }
}

/** With these variables in the environment of this process. */
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
    ['what is about the engine', [keep, '--enable-source-maps'], [keep, '--enable-source-maps']],
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
    ['a file that is not there, as it is', ['-r', './no-such-file.js'], ['-r', './no-such-file.js']],
    ['a file: URL', ['--import=file:///a%20b.mjs'], ['--import', 'file:///a%20b.mjs']],
    ['a data: URL', ['--import', 'data:text/javascript,1'], ['--import', 'data:text/javascript,1']],
    ['a package, made absolute', ['-r', 'chai'], ['-r', require.resolve('chai')]],
    ['a package that is not there, as it is', ['-r', 'no-such-package-here'], ['-r', 'no-such-package-here']],
    ['an --env-file, made absolute', ['--env-file=.gitignore'], ['--env-file', at('.gitignore')]],
    [
      'an --env-file-if-exists',
      ['--env-file-if-exists', 'src/../.gitignore'],
      ['--env-file-if-exists', at('.gitignore')],
    ],
    [
      'an --env-file-if-exists that is not there, so that the child takes none from its own directory',
      ['--env-file-if-exists=no-such/.env'],
      ['--env-file-if-exists', at('no-such/.env')],
    ],
  ];
  for (const [what, parent, child] of table) {
    it(`takes over ${what}`, () => expect(inheritedFlags(undefined, parent)).to.deep.equal(child));
  }

  const left: string[][] = [
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
  ];
  for (const flags of left) {
    it(`leaves ${flags.join(' ')} out, and nothing else`, () => {
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

  it('ends where the ts-node program writes itself and its options', () => {
    const program = '/x/node_modules/ts-node/dist/bin.js';
    expect(inheritedFlags(undefined, [keep, program, '--transpile-only', '-r', './a.js'])).to.deep.equal([keep]);
    expect(inheritedFlags(undefined, [program.replace('bin', 'bin-esm'), '-T'])).to.deep.equal([]);
  });

  it('leaves a ts-node that is registered to its options', () => {
    for (const name of ['ts-node/register', 'ts-node/register/transpile-only', require.resolve('ts-node/register')]) {
      expect(inheritedFlags(undefined, ['-r', name, `--require=${name}`, keep])).to.deep.equal([keep]);
    }
  });

  it('takes over a ts-node that is not registered, as any other module', () => {
    const flags = withoutTsNode(() => inheritedFlags(undefined, ['-r', 'ts-node/register']));
    expect(flags).to.deep.equal(['-r', require.resolve('ts-node/register')]);
  });

  it('takes over the loader of ts-node', () => {
    const [flag, file] = inheritedFlags(undefined, ['--loader', 'ts-node/esm']);
    expect(flag).to.equal('--loader');
    expect(file).to.match(/ts-node[\\/]esm(\.mjs)?$/);
  });

  it('reads the flags of this process by itself', () => {
    expect(inheritedFlags()).to.deep.equal(inheritedFlags(undefined, process.execArgv));
  });
});

describe('childEnv', () => {
  it("is the parent's, with the changes laid over it", () => {
    const env = withEnv({ KEEP: 'kept', REPLACE: 'old', REMOVE: 'old' }, () =>
      childEnv({ REPLACE: 'new', REMOVE: undefined, ADD: 'added', EMPTY: '' }),
    );
    expect(env).to.include({ KEEP: 'kept', REPLACE: 'new', ADD: 'added', EMPTY: '', PATH: process.env['PATH'] });
    expect(env).not.to.have.property('REMOVE');
  });

  it('knows a variable of Windows whatever the case of its name', () => {
    const env = withEnv({ Offspring_Path: 'old', Offspring_Gone: 'old' }, () =>
      childEnv({ OFFSPRING_PATH: 'new', offspring_gone: undefined }, 'win32'),
    );
    expect(env).to.include({ OFFSPRING_PATH: 'new' });
    expect(env).not.to.have.any.keys('Offspring_Path', 'Offspring_Gone');
  });

  it("leaves the parent's as it is", () => {
    childEnv({ PATH: 'elsewhere' })['ADDED'] = 'x';
    expect(process.env['PATH']).not.to.equal('elsewhere');
    expect(process.env).not.to.have.property('ADDED');
  });

  it('inherits nothing', () => {
    expect(Object.getPrototypeOf(childEnv())).to.equal(null);
  });

  it('has no part in a test run or in a channel of the parent', () => {
    const env = withEnv({ NODE_TEST_CONTEXT: 'child-v8', NODE_CHANNEL_FD: '3' }, () => childEnv());
    expect(env).not.to.have.any.keys('NODE_TEST_CONTEXT', 'NODE_CHANNEL_FD');
  });

  const options: [parent: string, child: string][] = [
    ['--max-old-space-size=50', '--max-old-space-size=50'],
    ['--inspect', ''],
    ['--inspect-brk=127.0.0.1:9229 --no-warnings', '--no-warnings'],
    ['--no-warnings --inspect=0 -r ./a.js', '--no-warnings -r ./a.js'],
    ['--inspect-wait --inspect-port=1', ''],
    ['-r ./hooks/my--inspect.js', '-r ./hooks/my--inspect.js'],
  ];
  for (const [parent, child] of options) {
    it(`makes NODE_OPTIONS '${child}' of '${parent}'`, () => {
      const env = withEnv({ NODE_OPTIONS: parent }, () => childEnv());
      expect(env['NODE_OPTIONS']?.replace(/\s+/g, ' ')).to.equal(child);
    });
  }
});

describe('tsNode', () => {
  it('is the one that is registered here, as mocha does it, without its type check', () => {
    const found = tsNode();
    expect(found?.path).to.equal(require.resolve('ts-node'));
    expect(found?.options).to.include({ project: at('tsconfig.json'), transpileOnly: true });
  });

  it('is undefined where none is', () => {
    expect(withoutTsNode(tsNode)).to.equal(undefined);
  });
});
