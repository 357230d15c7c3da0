/** Writes the five cases as a project has them: in TypeScript or JavaScript, as ES modules or CommonJS, for its test runner. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const CASES = path.join(import.meta.dirname, '../cases');

/** How a test file gets its `test`. Jest and mocha have global functions. */
const TEST_OF = {
  vitest: "import { test } from 'vitest';",
  'node:test': "import { test } from 'node:test';",
  jest: 'declare const test: (name: string, run: () => Promise<void>, limit: number) => void;',
  mocha:
    'declare const it: (name: string, run: () => Promise<void>) => void;\nconst test = (name: string, run: () => Promise<void>, _limit: number) => it(name, run);',
};

/**
 * Writes the files into `folder`. Returns where the error of `breaks` is thrown, as `breaks.ts:15`.
 *
 * `language`: 'ts' or 'js'. `format`: 'esm' or 'cjs'. `ending`: of the files, without a dot; by default `language`.
 * `imports`: what imports of own files end with. `runner`: of the tests; without it the files are programs.
 */
export function writeCases(folder, { language, format, ending = language, imports = '', runner }) {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(CASES)) {
    const isTest = file.endsWith('-test.ts');
    if (isTest && !runner) continue;
    const name = isTest ? file.replace('-test.ts', '.test') : file.replace('.ts', '');
    let text = readFileSync(path.join(CASES, file), 'utf8').replaceAll(/from '(\.\/[\w-]+)'/g, `from '$1${imports}'`);
    if (isTest) text = text.replace("import { test } from 'RUNNER';", TEST_OF[runner]);
    if (language === 'js') text = toJavaScript(text, format);
    writeFileSync(path.join(folder, `${name}.${ending}`), text);
  }
  return lineIn(folder, `breaks.${ending}`);
}

function toJavaScript(text, format) {
  const module = format === 'cjs' ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
  return ts.transpileModule(text, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } }).outputText;
}

/** The line of the throw. */
export function lineIn(folder, file) {
  const lines = readFileSync(path.join(folder, file), 'utf8').split('\n');
  return `${file}:${lines.findIndex(line => line.includes('throw new RangeError')) + 1}`;
}
