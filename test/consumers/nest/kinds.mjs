/** NestJS: tasks in its controllers, event streams of tasks, and its shutdown hooks. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const source = name => readFileSync(path.join(import.meta.dirname, 'sources', name), 'utf8');
const recipe = name => readFileSync(path.join(import.meta.dirname, '../../../docs/recipes/programs', name), 'utf8');
const port = String(20_000 + (process.pid % 10_000));

export default [
  {
    name: 'NestJS',
    cases: { language: 'ts', format: 'esm', imports: '.js' },
    files: {
      'package.json': { type: 'module' },
      'tsconfig.json': {
        compilerOptions: {
          module: 'nodenext',
          target: 'es2022',
          lib: ['es2022', 'esnext.disposable'],
          strict: true,
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          sourceMap: true,
          types: ['node'],
          rootDir: '.',
          outDir: 'out',
          skipLibCheck: true,
        },
        exclude: ['out'],
      },
      'app.ts': source('app.ts'),
      'report.controller.ts': source('report.controller.ts'),
      'report.ts': recipe('report.ts'),
      'same-file.ts': source('same-file.ts'),
      'client.mjs': source('client.mjs'),
      'children-of.mjs': source('children-of.mjs'),
    },
    prepare: [['tsc']],
    runs: [
      ['node', 'client.mjs'],
      ['node', '--enable-source-maps', 'out/same-file.js'],
    ],
    env: { CONSUMER_PORT: port },
    more: [
      '@Sse() ends its task with its client',
      '@Sse() of a pool cancels its item with its client',
      'SIGTERM with a client, with shutdown hooks',
      'SIGTERM with a client of a stream without a task',
    ],
    cannot: { 'SIGTERM with a client of a stream without a task': /Nest waits for the client/ },
    note: 'An `@Sse()` returns `fromSubprocess(() => new MyTask())`. With `enableShutdownHooks()`, a module has `onModuleDestroy() { return Subprocess.shutdownAll(); }`; see [ending](ending.md#nestjs).',
  },
];
