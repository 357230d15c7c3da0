/** Next.js, built by each of its bundlers. A route does the cases; client.mjs asks for them. */
const ROUTE = `import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Subprocess } from 'offspring-rx';
export const dynamic = 'force-dynamic';
class Inside extends Subprocess {
  run() {
    return 'inside';
  }
}
const load = file => import(/* webpackIgnore: true */ /* turbopackIgnore: true */ pathToFileURL(path.resolve(file)).href);
export async function GET() {
  const { CASES } = await load('cases.mjs');
  const { record } = await load('record.mjs');
  for (const [name, work] of Object.entries(CASES)) await record(name, work).catch(() => {});
  await record('same file', () => new Inside().result()).catch(() => {});
  return Response.json('done');
}
`;
const CLIENT = `import { spawn } from 'node:child_process';
import { once } from 'node:events';
const server = spawn(process.execPath, ['../node_modules/next/dist/bin/next', 'start', '-p', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
let text = '';
for await (const chunk of server.stdout) {
  text += chunk;
  const [, port] = /localhost:(\\d+)/.exec(text) ?? [];
  if (port && text.includes('Ready')) {
    console.log(await (await fetch('http://localhost:' + port + '/cases')).json());
    break;
  }
}
server.kill('SIGTERM');
await once(server, 'exit');
`;
const kind = (name, flags) => ({
  name: `Next.js, ${name}`,
  cases: { language: 'js', format: 'esm', ending: 'mjs', imports: '.mjs' },
  files: {
    'package.json': { private: true },
    'next.config.mjs': `import path from 'node:path';
export default { serverExternalPackages: ['offspring-rx'], turbopack: { root: path.resolve('..') } };
`,
    'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>;\n',
    'app/page.js': 'export default () => <p>hello</p>;\n',
    'app/cases/route.js': ROUTE,
    'client.mjs': CLIENT,
  },
  prepare: [['env', 'NEXT_TELEMETRY_DISABLED=1', 'next', 'build', ...flags]],
  env: { NEXT_TELEMETRY_DISABLED: '1' },
  runs: [['node', 'client.mjs']],
  needs: '`serverExternalPackages`, and the import of the task past the bundler; see [Bundlers](loading.md#bundlers)',
  cannot: { 'same file': /is in a file that Next\.js has built.*load its module past the bundler/ },
});

export default [kind('Turbopack', []), kind('webpack', ['--webpack'])];
