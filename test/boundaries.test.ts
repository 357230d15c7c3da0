/** The rooms of the house, and who may import from whom. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import ts from 'typescript';
import { fixture, ROOT } from './support/fixture';

const SRC = path.join(ROOT, 'src');

/**
 * What each room imports. A room is a folder of src, or a file at its root. `now`: values, when the module is loaded.
 * `lazily`: values, only by a require() or import() inside a function. `types`: types alone, which leave nothing behind.
 */
interface Allowed {
  now: string[];
  lazily?: string[];
  types?: string[];
}

const PURE_TYPES = ['errors', 'events', 'exit-status', 'state', 'types'];

const ALLOWED: Record<string, Allowed> = {
  errors: { now: [], types: ['exit-status'] },
  'exit-status': { now: [], types: ['errors'] },
  events: { now: [], types: ['errors', 'exit-status', 'types'] },
  types: { now: [], types: ['subprocess', 'rxjs'] },
  state: { now: [], types: ['events'] },
  'module-cache': { now: ['node:module'] },
  safely: { now: [] },
  fifo: { now: [] },
  clock: { now: [] },
  'read-ahead': { now: ['node:fs'], types: ['protocol'] },
  pipe: { now: ['clock', 'protocol', 'node:fs'] },
  protocol: { now: ['clock', 'errors', 'safely', 'protocol', 'node:util', 'node:v8'] },
  operators: {
    now: ['clock', 'errors', 'fifo', 'state', 'operators', 'rxjs', 'rxjs/internal'],
    types: ['events', 'exit-status'],
  },
  classes: { now: ['classes'], lazily: ['node:inspector'], types: ['node:inspector'] },
  side: { now: ['errors'], lazily: ['parent'], types: [...PURE_TYPES, 'rxjs', 'node:child_process'] },
  subprocess: { now: ['side'], types: [...PURE_TYPES, 'rxjs', 'node:child_process'] },
  'subprocess-loop': { now: ['errors', 'side', 'subprocess'], types: ['types', 'rxjs'] },
  'take-over': { now: ['errors', 'safely'], types: ['subprocess', 'types'] },
  'from-subprocess': { now: ['take-over'], lazily: ['rxjs', 'rxjs/internal'], types: ['types', 'rxjs'] },
  index: { now: ['errors', 'from-subprocess', 'side', 'subprocess', 'subprocess-loop'], types: PURE_TYPES },
  // Only what is public, and who owns a task.
  supervise: { now: ['index', 'take-over', 'supervise', 'rxjs', 'node:util'] },
  // A room on top, of both sides: what it needs beyond the public surface is the codec for thrown values.
  pool: {
    now: ['clock', 'fifo', 'index', 'safely', 'protocol', 'pool', 'node:fs', 'node:os', 'node:perf_hooks'],
    lazily: ['protocol', 'pool', 'rxjs/internal'],
    types: ['rxjs', 'node:perf_hooks'],
  },
  parent: {
    now: [
      ...[
        'clock',
        'errors',
        'state',
        'fifo',
        'pipe',
        'read-ahead',
        'side',
        'subprocess',
        'subprocess-loop',
        'module-cache',
        'safely',
        'protocol',
        'operators',
        'classes',
        'parent',
        'rxjs',
      ],
      ...[
        'node:child_process',
        'node:events',
        'node:fs',
        'node:module',
        'node:path',
        'node:string_decoder',
        'node:url',
      ],
    ],
    types: [...PURE_TYPES, 'node:net', 'node:stream'],
  },
  child: {
    now: [
      'clock',
      'errors',
      'pipe',
      'read-ahead',
      'side',
      'subprocess',
      'module-cache',
      'safely',
      'protocol',
      'classes',
      'child',
      'node:fs',
      'node:module',
      'node:path',
      'node:url',
      'node:vm',
      'rxjs',
    ],
    lazily: ['operators', 'rxjs/internal', 'node:async_hooks', 'node:net'],
    types: [...PURE_TYPES, 'subprocess-loop', 'operators', 'rxjs', 'node:async_hooks', 'node:net'],
  },
};

type Manner = 'now' | 'lazily' | 'types' | 'path';

interface Import {
  /** Relative to src, without its ending: `parent/lines`. */
  file: string;
  /** The same for what is imported from src; else its name. */
  target: string;
  manner: Manner;
}

const roomOf = (file: string) => {
  if (file.startsWith('rxjs/internal/')) return 'rxjs/internal';
  return file.startsWith('node:') || file.startsWith('rxjs') ? file : (file.split('/')[0] as string);
};

/** Every import of a file, in whatever form it is written. */
function importsOf(name: string): Import[] {
  const file = name.replace(/\.ts$/, '');
  const source = ts.createSourceFile(name, readFileSync(path.join(SRC, name), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, manner: Manner) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) {
      throw new Error(`${name}: an import of what is known only at run time: ${specifier?.getText()}`);
    }
    const { text } = specifier;
    const target = text.startsWith('.') ? path.posix.join(path.posix.dirname(file), text) : text;
    found.push({ file, target, manner });
  };
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isImportDeclaration(node)) {
      const { importClause: clause } = node;
      const named = clause?.namedBindings;
      const onlyTypes =
        clause?.isTypeOnly ||
        (clause && !clause.name && named && ts.isNamedImports(named) && named.elements.every(each => each.isTypeOnly));
      add(node.moduleSpecifier, onlyTypes ? 'types' : 'now');
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const { exportClause: clause } = node;
      const onlyTypes =
        node.isTypeOnly || (clause && ts.isNamedExports(clause) && clause.elements.every(each => each.isTypeOnly));
      add(node.moduleSpecifier, onlyTypes ? 'types' : 'now');
    } else if (ts.isImportEqualsDeclaration(node)) {
      throw new Error(`${name}: write import ... from instead of import ... = require()`);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, 'types');
    } else if (ts.isCallExpression(node)) {
      const called = node.expression.getText();
      const manner = inFunction ? 'lazily' : 'now';
      // The modules of users are known only at run time; ours and the libraries' are not.
      const ofUser = node.arguments[0] && !ts.isStringLiteralLike(node.arguments[0]) && LOADS_USERS.has(file);
      if ((called === 'require' || called === 'import') && !ofUser) add(node.arguments[0], manner);
      if (called === 'require.resolve') add(node.arguments[0], 'path');
    }
    ts.forEachChild(node, inner => visit(inner, inFunction || ts.isFunctionLike(node)));
  };
  visit(source, false);
  return found;
}

/** Those that load a module of the user's, by a path that came in an order. */
const LOADS_USERS = new Set(['child/boot', 'child/load-class', 'child/ts-node']);

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => name.replaceAll(path.sep, '/'));
const IMPORTS = FILES.flatMap(importsOf);
const told = ({ file, target, manner }: Import) => `${file} imports ${target} (${manner})`;

/** Those of `imports` that are not allowed. */
const strangers = (imports: Import[]) =>
  imports.filter(({ file, target, manner }) => {
    const { now, lazily = [], types = [] } = ALLOWED[roomOf(file)] as Allowed;
    const allowed: string[] = { now, lazily: [...now, ...lazily], types: [...now, ...lazily, ...types], path: [] }[
      manner
    ];
    return !allowed.includes(roomOf(target));
  });

describe('the boundaries of the source', () => {
  it('are known for every room', () => {
    expect([...new Set(FILES.map(name => roomOf(name.replace(/\.ts$/, ''))))]).to.have.members(Object.keys(ALLOWED));
  });

  for (const room of Object.keys(ALLOWED)) {
    it(`${room} imports what it may`, () => {
      const own = IMPORTS.filter(({ file, manner }) => roomOf(file) === room && manner !== 'path');
      expect(strangers(own).map(told)).to.deep.equal([]);
    });
  }

  it('allow nothing that nobody needs', () => {
    const unused = Object.entries(ALLOWED).flatMap(([room, { now, lazily = [] }]) =>
      [...now.map(target => ({ target, manner: 'now' })), ...lazily.map(target => ({ target, manner: 'lazily' }))]
        .filter(
          ({ target, manner }) =>
            !IMPORTS.some(
              each => roomOf(each.file) === room && roomOf(each.target) === target && each.manner === manner,
            ),
        )
        .map(({ target, manner }) => `${room} need not import ${target} (${manner})`),
    );
    expect(unused).to.deep.equal([]);
  });

  it('let the parent know of the child the path of what it is started with', () => {
    expect(IMPORTS.filter(({ manner }) => manner === 'path')).to.deep.equal([
      { file: 'parent/spawn-child', target: 'child/boot', manner: 'path' },
    ]);
  });

  it('let parent and child have nothing of each other, not even types', () => {
    const across = IMPORTS.filter(({ file, target, manner }) => {
      const rooms = [roomOf(file), roomOf(target)];
      return manner !== 'path' && rooms.includes('parent') && rooms.includes('child');
    });
    expect(across.map(told)).to.deep.equal([]);
  });

  it('let side.ts alone reach the parent, lazily and by one door', () => {
    const entries = IMPORTS.filter(({ file, target }) => roomOf(target) === 'parent' && roomOf(file) !== 'parent');
    expect(entries).to.deep.equal([{ file: 'side', target: 'parent/parent-half', manner: 'lazily' }]);
  });

  it('let the core know nothing of what is built on top of it', () => {
    const above = IMPORTS.filter(({ file, target }) => roomOf(target) === 'supervise' && roomOf(file) !== 'supervise');
    expect(above.map(told)).to.deep.equal([]);
  });

  it('let nobody import the main of the child', () => {
    const importers = IMPORTS.filter(({ target, manner }) => /^child\/(boot|main)$/.test(target) && manner !== 'path');
    expect(importers.map(told)).to.have.members([
      'child/boot imports child/main (now)',
      'child/booted imports child/boot (types)',
    ]);
  });

  it('keep rxjs in the operators, the parent and what is built on top, bar what the child loads late', () => {
    const users = IMPORTS.filter(({ target, manner }) => target.startsWith('rxjs') && manner === 'now');
    expect([...new Set(users.map(({ file }) => roomOf(file)))].sort()).to.deep.equal([
      'child',
      'operators',
      'parent',
      'supervise',
    ]);
    const inChild = users.filter(({ file }) => roomOf(file) === 'child').map(({ file }) => file);
    expect(inChild).to.have.members(['child/run-loop', 'child/sleep']);
  });

  it('keep the parts of rxjs that a loop is made of from a child without a loop', () => {
    const importers = IMPORTS.filter(
      ({ target, manner }) => /^child\/(run-loop|sleep)$/.test(target) && manner !== 'types',
    );
    expect(importers.map(told)).to.have.members([
      'child/life imports child/run-loop (lazily)',
      'child/warm-up imports child/run-loop (lazily)',
      'child/run-loop imports child/sleep (now)',
    ]);
  });

  it('keep what a child may load of the operators free of the whole of rxjs', () => {
    const { target } = IMPORTS.find(
      ({ file, target }) => roomOf(file) === 'child' && roomOf(target) === 'operators',
    ) as Import;
    const needs = IMPORTS.filter(({ file, manner }) => file === target && manner !== 'types');
    expect(needs.map(each => each.target)).to.have.members([
      'fifo',
      'operators/one-by-one',
      'rxjs/internal/Observable',
    ]);
  });

  it('keep what a child loads of the pool free of what its parent does', () => {
    const loaded = new Set(['pool/index']);
    for (const file of loaded) {
      for (const { target } of IMPORTS.filter(each => each.file === file && each.manner === 'now')) {
        if (target.startsWith('pool/')) loaded.add(target);
      }
    }
    expect([...loaded]).to.have.members([
      'pool/index',
      'pool/made-by-pool',
      'pool/map-in-subprocess',
      'pool/options',
      'pool/subprocess-worker',
      'pool/worker-pool',
    ]);
  });

  it('keep the operators pure: no process, no clock, no timers of their own', () => {
    const impure =
      /\b(process|global|globalThis|require|setTimeout|setInterval|setImmediate|queueMicrotask|Date|performance|console)\b/;
    const found = FILES.filter(name => name.startsWith('operators/')).flatMap(name => {
      const names: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isIdentifier(node) && impure.test(node.text)) names.push(`${name}: ${node.text}`);
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(name, readFileSync(path.join(SRC, name), 'utf8'), ts.ScriptTarget.Latest));
      return names;
    });
    expect(found).to.deep.equal([]);
  });

  it('have no cycle among the imports of values', () => {
    const heirs = new Map<string, string[]>();
    for (const { file, target, manner } of IMPORTS) {
      if (manner === 'now') heirs.set(file, [...(heirs.get(file) ?? []), target]);
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (file: string, above: string[]): void => {
      if (above.includes(file)) cycles.push([...above.slice(above.indexOf(file)), file].join(' -> '));
      if (done.has(file) || above.includes(file)) return;
      for (const next of heirs.get(file) ?? []) walk(next, [...above, file]);
      done.add(file);
    };
    for (const file of heirs.keys()) walk(file, []);
    expect(cycles).to.deep.equal([]);
  });
});

describe('what a child loads on its way', () => {
  const { LoadedModules, LoadedModulesLoop, LoadedModulesLater } =
    fixture<typeof import('./fixtures/loaded-modules')>('loaded-modules');
  const dist = path.join(ROOT, 'dist') + path.sep;
  const ofDist = (files: string[]) =>
    files.filter(file => file.startsWith(dist)).map(file => file.slice(dist.length).replaceAll(path.sep, '/'));
  const OF_A_CHILD = ['child/boot.js', 'index.js'];
  const ofRxjs = (files: string[]) => files.filter(file => file.includes(`${path.sep}rxjs${path.sep}`));

  it('to run(): no rxjs, nothing of the parent, no operator', async () => {
    const files = await new LoadedModules().result();
    expect(ofDist(files)).to.have.members(OF_A_CHILD);
    expect(ofRxjs(files)).to.deep.equal([]);
    expect(files.filter(file => !file.startsWith(dist)).map(file => path.basename(file))).to.deep.equal([
      'loaded-modules.js',
    ]);
  });

  it('to run(), where its module makes a cold Observable of a process: a few files of rxjs, and nothing of the parent', async () => {
    const files = await firstValueFrom(
      fixture<typeof import('./fixtures/loaded-modules-cold')>('loaded-modules-cold').loaded$,
    );
    expect(ofDist(files).filter(file => /^(parent|operators|supervise)\//.test(file))).to.deep.equal([]);
    expect(ofRxjs(files).map(file => path.basename(file)))
      .to.include('Observable.js')
      .and.not.to.include('index.js');
    expect(ofRxjs(files).length).to.be.below(25);
  });

  it('to the first loop(): no rxjs, nothing of the parent', async () => {
    const files = await firstValueFrom(new LoadedModulesLoop().message$);
    expect(ofDist(files)).to.have.members(OF_A_CHILD);
    expect(ofRxjs(files)).to.deep.equal([]);
  });

  it('has the few parts of rxjs that a loop is made of in its one file, with their licence', () => {
    const text = readFileSync(path.join(dist, 'index.js'), 'utf8');
    expect(text).to.match(/RxJS 7[\s\S]*Copyright \(c\) 2015-2018 Google, Inc[\s\S]*Apache License, Version 2\.0/);
    const required = [...text.matchAll(/require\("(rxjs[^"]*)"\)/g)].map(([, name]) => name);
    // The first by fromSubprocess, when it is called.
    expect([...new Set(required)]).to.have.members(['rxjs', 'rxjs/internal/Observable']);
  });

  it('when it uses command$: a part of rxjs, and nothing of the parent', async () => {
    const files = await new LoadedModulesLater().result();
    expect(ofDist(files)).to.have.members(OF_A_CHILD);
    expect(ofRxjs(files).map(file => path.basename(file)))
      .to.include('Observable.js')
      .and.not.to.include('index.js');
    expect(ofRxjs(files).length).to.be.below(40);
  });
});
