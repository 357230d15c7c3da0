/** Programs of docs/recipes/, as a test runs them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './fixture';
import { poll } from './poll';
import { childrenOf, isGuardian } from './processes';
import { runNode, type Script, type ScriptOptions } from './script';

export const PROGRAMS = path.join(ROOT, 'docs', 'recipes', 'programs');
/** What a program is compiled to. */
export const compiled = (program: string) =>
  path.join(ROOT, 'build', 'docs', 'recipes', 'programs', program.replace(/ts$/, 'js'));
const printedBy = (program: string) =>
  [...readFileSync(path.join(PROGRAMS, program), 'utf8').matchAll(/^\s*\/\/ prints: (.*)$/gm)].map(([, line]) => line);

const running: Script[] = [];

export function start(program: string, args: string[] = [], options: ScriptOptions = {}): Script {
  const script = runNode([compiled(program), ...args], options);
  running.push(script);
  return script;
}

/** Ends what still runs of what was started. */
export async function endAll(): Promise<void> {
  for (const script of running.splice(0)) {
    script.process.kill('SIGTERM');
    await script.ended;
  }
}

/** Starts a server among the programs. */
export async function serve(program: string): Promise<{ server: Script; url: string }> {
  const server = start(program);
  const port = await poll('the port', () => /^port (\d+)\n/m.exec(server.stdout)?.[1]);
  return { server, url: `http://localhost:${port}` };
}

/** A program prints what it says by comments, and nothing else. */
export async function expectToPrint(program: string, args: string[] = []): Promise<void> {
  const { code, stdout, stderr } = await start(program, args).ended;
  expect(stderr).to.equal('');
  expect(stdout.split('\n').slice(0, -1)).to.deep.equal(printedBy(program));
  expect(code).to.equal(0);
}

/** The children of a program, without the guardian. */
export const workersOf = ({ pid }: Script) => childrenOf(pid).filter(child => !isGuardian(child));
