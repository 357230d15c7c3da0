/** The rooms of src/, and which imports are allowed between them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import ts from 'typescript';
import { fixture, ROOT } from './support/fixture';

const SRC = path.join(ROOT, 'src');

/**
 * How a file imports another one. `now`: its values, when the file is loaded. `lazily`: its values, by a require() or
 * import() inside a function. `types`: its types alone, which leave nothing behind. `path`: its path, by
 * require.resolve().
 */
type Manner = 'now' | 'lazily' | 'types' | 'path';

/**
 * A folder of src/, a file at the root of src/, or another file that stands for itself. The lists are the packages and
 * the modules of Node that the room imports, one space apart. What a room loads, it may also import types of.
 */
interface Room {
  room: string;
  now?: string;
  lazily?: string;
  types?: string;
}

const OBSERVABLE = 'rxjs/internal/Observable';

/**
 * The rooms, the lowest first. A room imports from itself and from the layers below its own, in any manner. Rooms of
 * one layer import nothing of each other. Upward imports are in EXCEPTIONS.
 */
const LAYERS: Room[][] = [
  // Both sides.
  [
    { room: 'model', types: 'rxjs' },
    { room: 'platform', now: 'node:fs', lazily: 'node:child_process node:os', types: 'node:net' },
    { room: 'compile-cache', now: 'node:fs node:module node:path node:vm' },
  ],
  [
    {
      room: 'util',
      now: 'node:async_hooks node:fs node:module node:timers node:util',
      lazily: 'node:worker_threads',
      types: 'rxjs',
    },
    { room: 'classes', now: 'node:fs node:url', lazily: 'node:inspector node:v8', types: 'node:inspector' },
  ],
  [{ room: 'diagnostics', lazily: 'node:diagnostics_channel node:util', types: 'node:diagnostics_channel' }],
  [
    { room: 'protocol', now: 'node:fs node:util node:v8' },
    { room: 'queue', lazily: OBSERVABLE, types: 'rxjs' },
    { room: 'operators', now: 'rxjs' },
  ],
  [{ room: 'owners' }, { room: 'watchable' }],
  [{ room: 'side', types: 'rxjs node:child_process' }],
  [{ room: 'subprocess', types: 'rxjs node:child_process' }],
  [{ room: 'subprocess-loop', types: 'rxjs' }, { room: 'census' }, { room: 'keep-spares' }],
  [
    { room: 'observe', types: 'rxjs' },
    { room: 'observe/parent', now: 'node:child_process node:util rxjs' },
  ],
  [{ room: 'channel-payloads' }],

  // One side each. A class's flags decide what every room of parent/ does, so they lie below all of these rooms.
  [{ room: 'parent/flags' }],
  [
    {
      room: 'parent/spawn',
      now: 'node:child_process node:events node:fs node:module node:path node:url',
      lazily: 'node:os node:sea',
      types: 'node:net',
    },
  ],
  [{ room: 'parent/process', now: 'rxjs node:string_decoder', types: 'node:net node:stream' }],
  [{ room: 'parent/follow', now: 'node:util rxjs', types: 'node:stream' }],
  [{ room: 'parent/end', now: 'node:child_process node:fs', types: 'rxjs node:stream' }],
  [
    { room: 'parent/start', now: 'rxjs node:fs node:module node:path node:url' },
    { room: 'child/load/hook-compile', now: 'node:module' },
    { room: 'child/load/left-behind', now: 'node:async_hooks' },
    { room: 'child/load/loader-flags' },
    { room: 'child/load/task-class' },
    { room: 'child/crash' },
    { room: 'child/stop' },
  ],
  [{ room: 'child/load/unexported', now: 'node:fs node:module node:url' }, { room: 'child/loop' }],
  [{ room: 'child/load', now: 'node:fs node:module node:path node:url' }],
  [
    { room: 'parent', types: 'node:child_process' },
    {
      room: 'child',
      now: 'node:fs node:path node:url node:v8',
      lazily: `${OBSERVABLE} node:async_hooks node:events node:net node:stream node:worker_threads`,
      types: 'rxjs',
    },
    { room: 'take-over' },
  ],
  [{ room: 'child/hang-thread-main', now: 'node:inspector node:net node:worker_threads' }],
  [{ room: 'from-subprocess', lazily: `rxjs ${OBSERVABLE}`, types: 'rxjs' }],
  [{ room: 'index' }],
  [{ room: 'entry', now: 'node:fs node:module' }],

  // Built on top of the core.
  [
    { room: 'supervise', now: 'rxjs' },
    { room: 'pool/wire', now: 'node:fs node:util' },
  ],
  [{ room: 'pool', now: 'node:os', types: 'rxjs node:perf_hooks' }],
  [{ room: 'pool/child', now: 'node:path node:worker_threads', lazily: 'node:events' }, { room: 'pool/parent/items' }],
  [{ room: 'pool/child/claim-thread-main', now: 'node:fs node:worker_threads' }],
  [{ room: 'pool/parent/shared-memory', now: 'node:fs' }],
  [{ room: 'pool/parent/workers', now: 'node:async_hooks' }],
  [{ room: 'pool/parent/scheduler', now: 'node:async_hooks node:perf_hooks', lazily: OBSERVABLE, types: 'rxjs' }],
  [
    { room: 'pool/parent/run' },
    { room: 'pool/parent/map', now: 'node:async_hooks', lazily: OBSERVABLE, types: 'rxjs' },
  ],
  [{ room: 'pool/parent' }],
  [{ room: 'bullmq/wire', lazily: 'bullmq ioredis', types: 'node:net' }],
  [{ room: 'bullmq', lazily: OBSERVABLE, types: 'bullmq ioredis rxjs' }],
  [
    { room: 'bullmq/caller', now: 'node:crypto', types: 'bullmq ioredis' },
    { room: 'bullmq/host', now: 'node:os', types: 'bullmq ioredis' },
  ],
  [
    {
      room: 'otel',
      now: '@opentelemetry/api node:diagnostics_channel',
    },
  ],
  [{ room: 'dashboard/wire' }],
  [{ room: 'dashboard/display' }],
  [{ room: 'dashboard', now: 'node:fs node:path node:util' }],
  [
    {
      room: 'dashboard/server',
      now: 'node:crypto node:events node:fs node:http node:net node:path rxjs',
      types: 'node:http rxjs',
    },
    { room: 'dashboard/page', now: 'uplot' },
    {
      room: 'dashboard/terminal',
      now: 'node:http node:https rxjs',
      lazily: 'ink react',
      types: 'node:stream',
    },
  ],
  [{ room: 'testing', now: 'node:assert rxjs/testing', types: 'rxjs' }],
  [{ room: 'testing/parent', now: 'node:path rxjs' }, { room: 'testing/child' }],
];

interface Import {
  /** Relative to src/, without its ending: `parent/process/lines`. */
  file: string;
  /** The same for what is imported from src/; else the name of the package or of Node's module. */
  target: string;
  manner: Manner;
}

/** An import that LAYERS forbids. One that is lazy may also name the types of what it loads. */
interface Exception extends Import {
  why: string;
}

const EXCEPTIONS: Exception[] = [
  {
    file: 'side',
    target: 'parent/parent-half',
    manner: 'lazily',
    why: 'the door to the parent side: a child never opens it, bar for children of its own',
  },
  {
    file: 'side',
    target: 'parent/spawn/early-child',
    manner: 'lazily',
    why: 'the same door, opened a little earlier: the first process of a program boots while the parent side is loaded',
  },
  {
    file: 'side',
    target: 'child/outer-half',
    manner: 'lazily',
    why: 'the other threads of a child, and what it loads before it boots, have no half that main could install',
  },
  {
    file: 'parent/spawn/spawn-child',
    target: 'child/boot',
    manner: 'path',
    why: 'a child is started with this file',
  },
  {
    file: 'parent/start/locate-class',
    target: 'entry',
    manner: 'path',
    why: 'the file that Node gives a module which requires this package',
  },
  {
    file: 'pool/worker-pool',
    target: 'pool/parent/pool-half',
    manner: 'lazily',
    why: "the door to a pool's parent side",
  },
  {
    file: 'pool/map-in-subprocess',
    target: 'pool/parent/map/own-pool',
    manner: 'lazily',
    why: "the door to a pool's parent side for an operator that makes its own pool",
  },
  {
    file: 'pool/subprocess-worker',
    target: 'pool/child/run-worker',
    manner: 'lazily',
    why: "the door to a pool's child side: run() is called in the child alone",
  },
  {
    file: 'bullmq/queue-pool',
    target: 'bullmq/caller/caller-half',
    manner: 'lazily',
    why: 'the door to the caller side of a queue, which loads bullmq and ioredis',
  },
  {
    file: 'bullmq/serve-queue',
    target: 'bullmq/host/host-half',
    manner: 'lazily',
    why: 'the door to the host side of a queue, which loads bullmq and ioredis',
  },
  {
    file: 'dashboard/serve-dashboard',
    target: 'dashboard/server/serve',
    manner: 'lazily',
    why: 'the door to the server of a dashboard, which loads http: a child that loads the module again opens it never',
  },
  {
    file: 'dashboard/top',
    target: 'dashboard/terminal/run-top',
    manner: 'lazily',
    why: 'the door to what shows a dashboard in a terminal, which loads http and, for a screen, ink',
  },
  ...['in-process-instance', 'left'].map(
    (name): Exception => ({
      file: name === 'left' ? 'testing/expect-no-children' : 'testing/in-process',
      target: `testing/parent/${name}`,
      manner: 'lazily',
      why: "the doors to the kit's parent side: a child may load the module of a test, and never opens them",
    }),
  ),
  {
    file: 'testing/in-process',
    target: 'testing/child/task',
    manner: 'lazily',
    why: "the door to the kit's child side: both sides are in one process",
  },
  {
    file: 'child/loop/run-loop',
    target: 'rxjs',
    manner: 'now',
    why: 'scripts/bundle-rxjs.mjs puts the operators of the loop into the one file that a child loads',
  },
  {
    file: 'child/loop/sleep',
    target: 'rxjs',
    manner: 'now',
    why: 'as child/loop/run-loop, which loads it',
  },
];

/** What is built on top of the core, and what it may import of the core. `index` is the public surface. */
const ON_TOP: Record<string, string[]> = {
  // `census` tells it to those who look at the tree of processes; `diagnostics` tells of what happens; `take-over` decides
  // who owns a task; `owners` tells it to the end of this process; `watchable` ends a child as a failure.
  supervise: ['census', 'diagnostics', 'index', 'owners', 'take-over', 'util', 'watchable'],
  // `census`, `diagnostics` and `owners` as above; `platform` knows how to make shared memory; `protocol` has the codec
  // for thrown values and for what is copied into that memory; `queue` has the iterator; `watchable` sends items.
  pool: ['census', 'diagnostics', 'index', 'owners', 'platform', 'protocol', 'queue', 'util', 'watchable'],
  // `diagnostics` has the hook for traces; `pool` has the workers and the items; `protocol` has the codec for what goes to Redis; `side` knows what is replayed.
  bullmq: [
    ...['diagnostics', 'index', 'pool', 'pool/wire', 'protocol', 'side', 'util'],
    ...['pool/parent/items', 'pool/parent/map', 'pool/parent/run', 'pool/parent/scheduler'],
  ],
  // `diagnostics` has the hook, as types alone: a child may load this before it boots.
  otel: ['diagnostics', 'index', 'util'],
  // `observe` has the tree of processes and the lines of their output; `side` knows what is replayed.
  dashboard: ['index', 'model', 'observe', 'side', 'util'],
  // The kit is made of the parts of both halves: only the process between them is its own.
  testing: [
    ...[
      'diagnostics',
      'index',
      'model',
      'operators',
      'protocol',
      'side',
      'subprocess',
      'subprocess-loop',
      'util',
      'watchable',
      'pool',
    ],
    ...[
      'child',
      'child/load',
      'child/load/task-class',
      'child/loop',
      'child/stop',
      'parent',
      'parent/end',
      'parent/flags',
      'parent/follow',
      'parent/process',
      'parent/spawn',
      'parent/start',
    ],
  ],
};

/** Files that load modules of the user, whose paths are known only at run time. */
const LOAD_USER_MODULES = [
  'child/boot',
  'child/load/unexported/capture-class',
  'child/load/load-class',
  'child/load/ts-node',
];

/** What a file imports, in whatever form it is written. */
function importsOf(name: string): { imports: Import[]; knownAtRunTime: string[] } {
  const file = name.replace(/\.ts$/, '');
  const source = ts.createSourceFile(name, readFileSync(path.join(SRC, name), 'utf8'), ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const knownAtRunTime: string[] = [];
  const add = (specifier: ts.Node | undefined, manner: Manner) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return knownAtRunTime.push(file);
    const { text } = specifier;
    const target = text.startsWith('.') ? path.posix.join(path.posix.dirname(file), text) : text;
    return imports.push({ file, target, manner });
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
      if (called === 'require' || called === 'import') add(node.arguments[0], inFunction ? 'lazily' : 'now');
      if (called === 'require.resolve') add(node.arguments[0], 'path');
    }
    ts.forEachChild(node, inner => visit(inner, inFunction || ts.isFunctionLike(node)));
  };
  visit(source, false);
  return { imports, knownAtRunTime };
}

/** Relative to `folder`, without their ending. */
const filesOf = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .map(name => name.slice(0, -ending.length).replaceAll(path.sep, '/'));

const FILES = filesOf(SRC, '.ts');
const READ = FILES.map(file => importsOf(`${file}.ts`));
const IMPORTS = READ.flatMap(({ imports }) => imports);
const OWN = IMPORTS.filter(({ target }) => FILES.includes(target));
const told = ({ file, target, manner }: Import) => `${file} imports ${target} (${manner})`;

const ROOMS = LAYERS.flat();
const folderOf = (file: string) => (file.includes('/') ? path.posix.dirname(file) : file);
const roomOf = (file: string) => (ROOMS.some(({ room }) => room === file) ? file : folderOf(file));
const layerOf = (file: string) => LAYERS.findIndex(layer => layer.some(({ room }) => room === roomOf(file)));
const isUpward = ({ file, target }: Import) => roomOf(file) !== roomOf(target) && layerOf(target) >= layerOf(file);
const isException = ({ file, target, manner }: Import) =>
  EXCEPTIONS.some(
    each =>
      each.file === file &&
      each.target === target &&
      (each.manner === manner || (each.manner === 'lazily' && manner === 'types')),
  );
const listed = (list = '') => list.split(' ').filter(Boolean);

/** The packages that a room may import in a manner. */
function packagesOf({ now, lazily, types }: Room, manner: Exclude<Manner, 'path'>): string[] {
  const lists = { now: [now], lazily: [now, lazily], types: [now, lazily, types] }[manner];
  return lists.flatMap(listed);
}

/** Whether LAYERS allow an import. They allow no path: a path of src/ may be another one in dist/. */
function isAllowed(each: Import): boolean {
  if (each.manner === 'path') return false;
  if (FILES.includes(each.target)) return !isUpward(each);
  const room = ROOMS.find(({ room }) => room === roomOf(each.file));
  return room !== undefined && packagesOf(room, each.manner).includes(each.target);
}

/**
 * A file below a folder `parent/` is of the parent side, one below `child/` of the child side, at every level. A queue has
 * two sides of its own, both of them in parents: `caller/` and `host/`. A dashboard has a `server/` in the parent, a
 * `page/` in a browser, and a `terminal/` in another program.
 */
const sideOf = (file: string) => /(?:^|\/)(parent|child|caller|host|server|page|terminal)\//.exec(file)?.[1] ?? 'both';

const isBelow = (folder: string) => (file: string) => file.startsWith(`${folder}/`);
const isOnTop = (file: string) => Object.keys(ON_TOP).some(top => isBelow(top)(file));

/** Everything that the files `from` import in one of these manners, and what that imports, and so on. No exceptions. */
function reach(from: string[], manners: Manner[]): string[] {
  const reached = new Set(from);
  for (const file of reached) {
    for (const each of IMPORTS) {
      if (each.file === file && manners.includes(each.manner) && !isException(each)) reached.add(each.target);
    }
  }
  return [...reached];
}

/** The circles among edges, each as `a -> b -> a`. */
function circlesOf(edges: (readonly [from: string, to: string])[]): string[] {
  const targets = new Map<string, Set<string>>();
  for (const [from, to] of edges) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (node: string, above: string[]): void => {
    if (above.includes(node)) circles.push([...above.slice(above.indexOf(node)), node].join(' -> '));
    if (done.has(node) || above.includes(node)) return;
    for (const next of targets.get(node) ?? []) walk(next, [...above, node]);
    done.add(node);
  };
  for (const node of targets.keys()) walk(node, []);
  return circles;
}

describe('the boundaries of src/', () => {
  it('every file has its room', () => {
    expect([...new Set(FILES.map(roomOf))]).to.have.members(ROOMS.map(({ room }) => room));
  });

  for (const { room } of ROOMS) {
    it(`${room} imports only from the layers below and from its packages`, () => {
      const strangers = IMPORTS.filter(each => roomOf(each.file) === room && !isAllowed(each) && !isException(each));
      expect(strangers.map(told)).to.deep.equal([]);
    });
  }

  it('only the loaders of user modules import what is known at run time alone', () => {
    expect([...new Set(READ.flatMap(({ knownAtRunTime }) => knownAtRunTime))]).to.have.members(LOAD_USER_MODULES);
  });

  it('the tables allow nothing that nobody needs', () => {
    const unusedPackages = ROOMS.flatMap(({ room, ...lists }) =>
      (['now', 'lazily', 'types'] as const).flatMap(manner =>
        listed(lists[manner])
          .filter(
            name =>
              !IMPORTS.some(
                ({ file, target, manner: own }) => roomOf(file) === room && target === name && own === manner,
              ),
          )
          .map(name => `${room} need not import ${name} (${manner})`),
      ),
    );
    const unusedExceptions = EXCEPTIONS.filter(
      exception => isAllowed(exception) || !IMPORTS.some(each => told(each) === told(exception)),
    ).map(exception => `no need for the exception: ${told(exception)}`);
    const unusedOnTop = Object.entries(ON_TOP).flatMap(([top, rooms]) =>
      rooms
        .filter(room => !OWN.some(({ file, target }) => isBelow(top)(file) && roomOf(target) === room))
        .map(room => `${top} need not import ${room}`),
    );
    expect([...unusedPackages, ...unusedExceptions, ...unusedOnTop]).to.deep.equal([]);
  });

  it('a file of one side imports nothing of the other side, not even types', () => {
    const apart = [
      ...['caller,child', 'caller,host', 'child,host', 'child,parent', 'child,server'],
      ...['child,page', 'page,parent', 'page,server'],
      ...['child,terminal', 'parent,terminal', 'page,terminal', 'server,terminal'],
    ];
    const across = OWN.filter(({ file, target }) => apart.includes([sideOf(file), sideOf(target)].sort().join()));
    // The one path that a child is started with.
    expect(across.map(told)).to.deep.equal(['parent/spawn/spawn-child imports child/boot (path)']);
  });

  it('what both sides share reaches a side lazily, and only by the doors', () => {
    const reaching = OWN.filter(({ file, target }) => sideOf(file) === 'both' && sideOf(target) !== 'both');
    expect(reaching.filter(each => each.manner === 'now' || !isException(each)).map(told)).to.deep.equal([]);
    // The core has one door to each side.
    expect(reaching.filter(({ file }) => !isOnTop(file)).map(told)).to.deep.equal([
      'side imports parent/parent-half (lazily)',
      'side imports parent/spawn/early-child (lazily)',
      'side imports child/outer-half (lazily)',
      'side imports child/outer-half (types)',
    ]);
  });

  it('nobody imports the main of the child', () => {
    const importers = OWN.filter(({ target, manner }) => /^child\/(boot|main)$/.test(target) && manner !== 'types');
    expect(importers.map(told)).to.have.members([
      'parent/spawn/spawn-child imports child/boot (path)',
      'child/boot imports child/main (now)',
      // Once there is an order for a spare for any class.
      'child/boot imports child/main (lazily)',
    ]);
  });

  it('the core imports nothing of what is built on top of it', () => {
    const above = OWN.filter(({ file, target }) => !isOnTop(file) && isOnTop(target));
    expect(above.map(told)).to.deep.equal([]);
  });

  for (const [top, rooms] of Object.entries(ON_TOP)) {
    it(`${top}/ imports of the core only ${rooms.join(', ')}`, () => {
      const outside = OWN.filter(({ file, target }) => isBelow(top)(file) && !isBelow(top)(target));
      const strangers = outside.filter(({ target }) => !rooms.includes(roomOf(target)));
      expect(strangers.map(told)).to.deep.equal([]);
    });
  }

  it('a child loads no rxjs on its way to its work, and nothing that only a parent needs', () => {
    const loaded = reach(['child/boot', 'index', 'pool/index'], ['now']);
    expect(loaded).to.include.members(['child/main', 'subprocess', 'pool/subprocess-worker']);
    expect(loaded.filter(each => /^(rxjs|operators\/|supervise\/)/.test(each))).to.deep.equal([]);
    expect(loaded.filter(each => sideOf(each) === 'parent')).to.deep.equal([]);
  });

  it('what a child loads late of rxjs is its Observable alone, and it loads nothing that only a parent needs', () => {
    // The kit runs in the process of a test, and no child loads it on its way.
    const childSide = FILES.filter(file => sideOf(file) === 'child' && !isBelow('testing')(file));
    const loaded = reach(childSide, ['now', 'lazily']);
    expect(loaded.filter(each => /^(rxjs|operators\/|supervise\/)/.test(each))).to.deep.equal([OBSERVABLE]);
    expect(loaded.filter(each => sideOf(each) === 'parent')).to.deep.equal([]);
  });

  it('the operators are pure: no process, no clock, no timers of their own', () => {
    const impure =
      /\b(process|global|globalThis|require|setTimeout|setInterval|setImmediate|queueMicrotask|Date|performance|console)\b/;
    const found = FILES.filter(isBelow('operators')).flatMap(file => {
      const names: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isIdentifier(node) && impure.test(node.text)) names.push(`${file}: ${node.text}`);
        ts.forEachChild(node, visit);
      };
      const name = `${file}.ts`;
      visit(ts.createSourceFile(name, readFileSync(path.join(SRC, name), 'utf8'), ts.ScriptTarget.Latest));
      return names;
    });
    expect(found).to.deep.equal([]);
  });

  it('no files load each other in a circle', () => {
    const edges = OWN.filter(({ manner }) => manner === 'now').map(({ file, target }) => [file, target] as const);
    expect(circlesOf(edges)).to.deep.equal([]);
  });

  describe('no rooms import each other in a circle, values and types taken together, the lazy doors aside', () => {
    const doors = EXCEPTIONS.filter(({ manner }) => manner === 'lazily' || manner === 'path');
    const isDoor = (each: Import) => doors.some(({ file, target }) => each.file === file && each.target === target);
    const circlesOfRooms = (imports: Import[]) =>
      circlesOf(
        imports
          .filter(each => !isDoor(each))
          .map(({ file, target }) => [roomOf(file), roomOf(target)] as const)
          .filter(([from, to]) => from !== to),
      );

    it('holds', () => {
      expect(circlesOfRooms(OWN)).to.deep.equal([]);
    });

    it('does not hold with a circle of types that is planted', () => {
      const planted: Import = { file: 'model/types', target: 'subprocess', manner: 'types' };
      expect(circlesOfRooms([...OWN, planted])).to.include('model -> subprocess -> model');
    });
  });
});

describe('the files of dist/', () => {
  const BUNDLES = [
    'index',
    ...['child/index', 'child/loop/index'],
    ...['parent/index', 'operators/index'],
    ...['pool/index', 'pool/parent/index', 'supervise/index', 'bullmq/index', 'observe/parent/index', 'otel/index'],
    ...['dashboard/index', 'dashboard/server/index', 'dashboard/terminal/index'],
  ];
  const OF_THEIR_OWN = [
    ...['entry', 'child/boot', 'child/load/typescript', 'compile-cache/write-cache'],
    ...['child/hang-thread-main', 'pool/child/claim-thread-main', 'otel/register', 'dashboard/cli'],
    ...['observe/index', 'observe/process-tree', 'observe/control'],
  ];

  it('are the bundles, what a program, a child or a thread is started with, what saves compiled code, what loads TypeScript, the kit for tests, and a page', () => {
    const kit = FILES.filter(isBelow('testing'));
    const page = 'dashboard/page/page';
    expect(filesOf(path.join(ROOT, 'dist'), '.js')).to.have.members([...BUNDLES, ...OF_THEIR_OWN, ...kit, page]);
  });
});

describe('what a child loads on its way', () => {
  const { LoadedModules, LoadedModulesLoop, LoadedModulesLater } =
    fixture<typeof import('./fixtures/loaded-modules')>('loaded-modules');
  const dist = path.join(ROOT, 'dist') + path.sep;
  const ofDist = (files: string[]) =>
    files.filter(file => file.startsWith(dist)).map(file => file.slice(dist.length).replaceAll(path.sep, '/'));
  // The entry is there by its name alone: it is the same module as the index.
  const OF_A_CHILD = ['child/boot.js', 'child/index.js', 'entry.js', 'index.js'];
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
    expect(ofDist(files)).to.have.members([...OF_A_CHILD, 'child/loop/index.js']);
    expect(ofRxjs(files)).to.deep.equal([]);
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
