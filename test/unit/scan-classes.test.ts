/** The classes that are found in the text of a module, however it is written. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import ts from 'typescript';
import { markClasses } from '../../src/child/load/unexported/mark-classes';
import { scanClasses } from '../../src/child/load/unexported/scan-classes';
import { ROOT } from '../support/fixture';

/** Name, variable and the text behind the body's brace. */
const found = (source: string) =>
  scanClasses(source).map(({ name, binding, body }) => [name, binding, source.slice(body, body + 4)]);

describe('scanClasses', () => {
  const spellings: Record<string, string> = {
    'a declaration': 'class Task extends Base {BODY}',
    'no semicolon before it': "const a = require('x')\nclass Task extends Base {BODY}",
    'a call': 'class Task extends logged(Base, { a: 1 }) {BODY}',
    brackets: "class Task extends bases['{'][0] {BODY}",
    'a comma in parentheses': 'var _a; class Task extends (_a = Base, _a) {BODY}',
    comments: 'class /* { */ Task // {\n extends /* class X extends Y { */ Base /* } */ {BODY}',
    'a template': `class Task extends tag\`{ $\{ {a: \`}\`} } class\` {BODY}`,
    'an optional chain': 'class Task extends lib?.class.Base {BODY}',
    exported: 'export class Task extends Base {BODY}',
    'exported by default': 'export default class Task extends Base {BODY}',
    'type parameters': 'class Task<T extends { a: 1 }> extends Base<{ b: T }> implements I {BODY}',
    'a regular expression before it': 'const quote = /["\'`{/]/; if (a) /"/.test(b)\nclass Task extends Base {BODY}',
    'divisions before it': 'const a = b / c / "/"; const d = (e) / f; g[0] / h / `/`;class Task extends Base {BODY}',
    'a program on the first line': "#!/usr/bin/env don't\nclass Task extends Base {BODY}",
    'no other classes': 'a.class; ({ class: 1, class() {} }); x = { get class() {} }; class Task extends Base {BODY}',
    'a word with unicode': 'class Tásk extends Base {}; class Task extends Base {BODY}',
  };
  for (const [name, source] of Object.entries(spellings)) {
    it(`finds one with ${name}`, () => {
      expect(found(source).at(-1)).to.deep.equal(['Task', 'Task', 'BODY']);
    });
  }

  it('finds the variable of a class in an expression', () => {
    expect(found('var a = class extends b {BODY}')).to.deep.equal([['a', 'a', 'BODY']]);
    expect(found('let Task = class Task extends b {BODY}')).to.deep.equal([['Task', 'Task', 'BODY']]);
    expect(found('var a=(x=class extends b {BODY},n(x,"Task"),x)')).to.deep.equal([['x', 'x', 'BODY']]);
    expect(found('let Task: Type = class extends b {BODY}')).to.deep.equal([[undefined, undefined, 'BODY']]);
  });
  it('gives no variable for a class that no variable of the top level holds', () => {
    const sources = [
      '{ class Task extends Base {BODY} }',
      'function make() { class Task extends Base {BODY} }',
      'register(class Task extends Base {BODY})',
      'exports.Task = class Task extends Base {BODY}',
      'const make = () => class Task extends Base {BODY}',
      '(() => { var Task = class Task extends Base {BODY} })()',
      '(() => { var Task = class extends Base {BODY} })()',
    ];
    for (const source of sources) expect(found(source), source).to.deep.equal([['Task', undefined, 'BODY']]);
  });
  it('finds a class in the head of another, and in its body', () => {
    expect(found('class A extends class B extends C {B1} {A1; static x = class D extends A {D1}}')).to.deep.equal([
      ['B', undefined, 'B1} '],
      ['A', 'A', 'A1; '],
      ['D', undefined, 'D1}}'],
    ]);
  });
  it('leaves out what only looks like a class', () => {
    const sources = [
      'class Plain {}',
      '// class Task extends Base {',
      '/* class Task extends Base { */',
      '"class Task extends Base {"',
      "'\\'class Task extends Base {'",
      '`class Task extends Base {`',
      '/class Task extends Base {/.test(a)',
      'a = b ? /class Task extends Base {/ : /[/]class Task extends Base {/',
      `\`$\{\`$\{1}class Task extends Base {\`}class Task extends Base {\``,
    ];
    for (const source of sources) expect(scanClasses(source), source).to.deep.equal([]);
  });

  it('finds what the TypeScript compiler finds, in bundles and in a library', () => {
    for (const name of ['dist/index.js', 'dist/pool/index.js', 'node_modules/chai/index.js']) {
      const source = readFileSync(path.join(ROOT, name), 'utf8');
      const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
      const expected: [body: number, end: number][] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isClassLike(node) && node.heritageClauses) expected.push([node.members.pos, node.end - 1]);
        ts.forEachChild(node, visit);
      };
      visit(file);
      const bodies = scanClasses(source).map(({ body, end }) => [body, end] as const);
      expect(
        bodies.sort(([a], [b]) => a - b),
        name,
      ).to.deep.equal(expected.sort(([a], [b]) => a - b));
    }
  });
  it('ends on any text', () => {
    const part = fc.constantFrom(
      'class ',
      'A',
      ' extends ',
      '{',
      '}',
      '(',
      ')',
      '`',
      '${',
      '/',
      '"',
      "'",
      '\\',
      '\n',
      '<',
      '//',
      '/*',
    );
    fc.assert(fc.property(fc.array(part), parts => scanClasses(parts.join('')).every(({ body }) => body > 0)));
  });
});

describe('markClasses', () => {
  const mark = (source: string, isExact = false) => markClasses(source, { name: 'Task', isExact });

  it('moves nothing where a variable of the top level holds the class', () => {
    const source = 'class Task extends Base {}\nclass Other extends Base {}';
    expect(mark(source)).to.equal(`${source}\n;globalThis.offspring_rx_capture?.(()=>Task);`);
  });
  it('changes nothing if the class is exported, or cannot be there', () => {
    for (const source of [
      'export class Task extends Base {}',
      'class Task extends Base {}\nexport { A as B, Task };',
      'export default class Task extends Base {}',
      'class Other {}',
    ])
      expect(mark(source)).to.equal(source);
  });
  it('hands over every class if none has the name in the text', () => {
    expect(mark('class Other extends Base {}')).to.match(/\(\(\)=>Other\);$/);
    expect(mark('const o = { Key: class extends Base {} }')).to.match(/class extends Base \{;static\{.*\}\} \}$/);
  });
  it('hands over a variable of the name, which may hold a function that a compiler has made', () => {
    expect(mark('var Task = function (Base) { return Base; }(Base)')).to.match(/\(\(\)=>Task\);$/);
  });
  it('marks the body of another class, but never if places must be exact', () => {
    const source = '(() => { class Task extends Base {} })()';
    expect(mark(source)).to.match(/^\(\(\) => \{ class Task extends Base \{;static\{.*\}\} \}\)\(\)$/);
    // What is in the class keeps its place, and a field may be last.
    const withField = '(() => { class Task extends Base { run() { throw 1 } x = 1 } })()';
    expect(mark(withField)).to.match(
      /^\(\(\) => \{ class Task extends Base \{ run\(\) \{ throw 1 \} x = 1 ;static\{.*\}\} \}\)\(\)$/,
    );
    expect(mark(source, true)).to.equal(source);
  });
  it('hands over every class if a string has the name', () => {
    expect(mark('class a extends b {}; n(a, "Task")')).to.match(/\(\(\)=>a\);$/);
    expect(mark("class a extends b { static name = 'Task' }")).to.match(/\(\(\)=>a\);$/);
  });
});
