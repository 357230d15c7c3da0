/** The examples of the doc comments, as modules: each with imports of what it names. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as otel from '@opentelemetry/sdk-trace-node';
import * as rxjs from 'rxjs';
import ts from 'typescript';
import { ROOT } from '../support/fixture';
import * as names from './names';
import type { Documented } from './public-api';

export interface Example {
  /** The export that has it: `offspring-rx/pool: WorkerPool`. */
  readonly of: string;
  readonly code: string;
  /** What it prints, as its comments say: `// prints: 8`. */
  readonly prints: readonly string[];
  /** The module, as TypeScript and as it runs. */
  readonly source: string;
  readonly script: string;
}

/** In the package, so that `offspring-rx` leads to it. */
const FOLDER = path.join(ROOT, 'build', 'api-docs');
const NAMES = path.join(ROOT, 'test', 'api-docs', 'names.js');

const urlOf = (file: string) => path.relative(FOLDER, file).replaceAll(path.sep, '/');

/** Writes the examples of all exports. */
export function writeExamples(items: readonly Documented[]): Example[] {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const modules = new Map<string, string>([
    ...Object.keys(names).map(name => [name, urlOf(NAMES)] as const),
    ...Object.keys(rxjs).map(name => [name, 'rxjs'] as const),
    ...Object.keys(otel).map(name => [name, '@opentelemetry/sdk-trace-node'] as const),
    ['subscribe', 'node:diagnostics_channel'],
    ...items.map(({ name, entry }) => [name, entry] as const),
  ]);
  return items.flatMap(({ name, entry, examples }) =>
    examples.map((code, at) => {
      const source = path.join(FOLDER, `${name}-${at}.mts`);
      const script = source.replace(/\.mts$/, '.mjs');
      const text = `${importsOf(code, modules)}${code}\nexport {};\n`;
      writeFileSync(source, text);
      writeFileSync(script, compiled(text));
      return { of: `${entry}: ${name}${at > 0 ? `, ${at + 1}` : ''}`, code, prints: printsOf(code), source, script };
    }),
  );
}

const printsOf = (code: string) => [...code.matchAll(/^\s*\/\/ prints: (.*)$/gm)].map(([, line = '']) => line);

/** Imports what `code` uses and does not declare. */
function importsOf(code: string, modules: ReadonlyMap<string, string>): string {
  const declared = new Set<string>();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclared =
        (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent)) &&
        parent.name === node;
      const isNamed = (ts.isClassDeclaration(parent) || ts.isTypeAliasDeclaration(parent)) && parent.name === node;
      const isProperty = ts.isPropertyAccessExpression(parent) && parent.name === node;
      if (isDeclared || isNamed) declared.add(node.text);
      else if (!isProperty) used.add(node.text);
    }
    node.forEachChild(visit);
  };
  const file = ts.createSourceFile('example.mts', code, ts.ScriptTarget.ES2022, true);
  file.forEachChild(visit);
  const wanted = [...used].filter(name => !declared.has(name) && modules.has(name));
  return wanted.map(name => `import { ${name} } from '${modules.get(name)}';\n`).join('');
}

/** As JavaScript, which imports what `npm run build:test` has compiled. */
function compiled(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    fileName: 'example.mts',
  });
  return outputText.replaceAll(urlOf(NAMES), '../test/api-docs/names.js');
}

/** A project of all examples, with the options of the tests. Returns its file. */
export function writeProject(examples: readonly Example[]): string {
  const file = path.join(FOLDER, 'tsconfig.json');
  const compilerOptions = { noEmit: true, noUnusedLocals: false, noUnusedParameters: false, rootDir: ROOT };
  const files = examples.map(({ source }) => source);
  writeFileSync(
    file,
    JSON.stringify({ extends: path.join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files }),
  );
  return file;
}
