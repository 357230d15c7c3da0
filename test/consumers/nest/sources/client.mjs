// Starts the app, has it do the cases, follows a stream and leaves it, and ends the app while a client follows one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from './children-of.mjs';
import { mustEqual, record } from './out/record.js';

async function withApp(work) {
  const app = spawn(process.execPath, ['--enable-source-maps', 'out/app.js'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(app, 'exit');
  let said = '';
  for await (const chunk of app.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk;
    if (/listening \S+ /.test(said)) break;
  }
  const [, url] = /listening (\S+) /.exec(said);
  try {
    await work({ app, url, exit });
  } finally {
    app.kill('SIGKILL');
    await exit;
  }
}

/** Reads three events of a stream. Returns what leaves it. */
async function follow(url) {
  const abort = new AbortController();
  const { body } = await fetch(url, { signal: abort.signal });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; (text.match(/^data: /gm) ?? []).length < 3; ) text += (await reader.read()).value ?? '';
  return { leave: () => abort.abort(), rest: () => readAll(reader) };
}

async function readAll(reader) {
  for (;;) if ((await reader.read()).done) return;
}

async function until(what, condition) {
  const deadline = Date.now() + 8_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 8 s: ${what}`);
    await sleep(20);
  }
}

await withApp(async ({ app, url }) => {
  for (const name of ['one-shot', 'loop', 'pool', 'line of an error']) await fetch(`${url}/cases/${name}`);
  await record('@Sse() ends its task with its client', async () => {
    await until('the tasks of the cases are gone', () => childrenOf(app.pid).length === 0);
    const { leave } = await follow(`${url}/owned`);
    mustEqual(childrenOf(app.pid).length, 1);
    leave();
    await until('the task ends', () => childrenOf(app.pid).length === 0);
  }).catch(() => {});
  await record('@Sse() of a pool cancels its item with its client', async () => {
    let said = '';
    app.stdout.on('data', text => {
      said += text;
    });
    const { leave } = await follow(`${url}/reports/100000`);
    leave();
    await until('the item is canceled', () => said.includes('the work was canceled'));
  }).catch(() => {});
});
await withApp(async ({ app, url, exit }) => {
  const { rest } = await follow(`${url}/owned`);
  await record('SIGTERM with a client, with shutdown hooks', async () => {
    app.kill('SIGTERM');
    await rest();
    await Promise.race([exit, sleep(8_000).then(() => Promise.reject(new Error('the app has not ended within 8 s')))]);
  }).catch(() => {});
});
await withApp(async ({ app, url, exit }) => {
  const { rest } = await follow(`${url}/plain`);
  await record('SIGTERM with a client of a stream without a task', async () => {
    app.kill('SIGTERM');
    rest().catch(() => {});
    await Promise.race([
      exit,
      sleep(3_000).then(() => Promise.reject(new Error('Nest waits for the client of a plain @Sse()'))),
    ]);
  }).catch(() => {});
});
process.exit(0);
