/** Runs the examples of the doc comments one after the other, and prints as JSON what each of them has printed. */

import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { Subprocess } from 'offspring-rx';
import { expectNoChildren } from 'offspring-rx/testing';
import type { Example } from './examples';

/** ms that an example may take to print what it says. */
const LIMIT = 10_000;

type Hook = () => unknown;

const examples = JSON.parse(process.argv[2] as string) as Example[];
const load = new Function('url', 'return import(url)') as (url: string) => Promise<unknown>;
const { log } = console;

/** What the example that is running has printed. */
let printed: string[] = [];
// So that the next examples run too.
process.on('uncaughtException', error => printed.push(`failed: ${error}`));

async function run({ script, prints }: Example): Promise<string[]> {
  printed = [];
  const hooks: Hook[] = [];
  console.log = (...values) => printed.push(...format(...values).split('\n'));
  // Those of a test runner.
  (globalThis as { afterEach?: (hook: Hook) => void }).afterEach = hook => hooks.push(hook);
  const deadline = Date.now() + LIMIT;
  try {
    await load(pathToFileURL(script).href);
    while (printed.length < prints.length && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    for (const hook of hooks) await hook();
    await Subprocess.shutdownAll();
    await expectNoChildren();
  } catch (error) {
    printed.push(`failed: ${error}`);
  }
  return printed;
}

async function main() {
  const results: Record<string, string[]> = {};
  for (const example of examples) results[example.of] = await run(example);
  log(JSON.stringify(results));
  // A dashboard or a supervisor that is left has nothing more to do.
  process.exit();
}

void main();
