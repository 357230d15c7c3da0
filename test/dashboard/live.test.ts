/** The dashboard of real processes, without a browser. */
import { expect } from 'chai';
import { serveDashboard } from 'offspring-rx/dashboard';
import { Supervisor } from 'offspring-rx/supervise';
import { take, toArray } from 'rxjs';
import { freePort } from '../../bench/contenders/queue/free-port';
import { ask, EventReader, findNode, type ProcessNode, rowsIn } from '../support/dashboard';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';

const { Beats, Crashes, Nests } = fixture<typeof import('../fixtures/board')>('board');
const { TOKEN_HEADER } = require('../../src/dashboard/wire/frames') as typeof import('../../src/dashboard/wire/frames');

describe('the dashboard of real processes', () => {
  it('shows a loop that turns, what it uses, and its lines, which stdout$ has too', async () => {
    await using board = await serveDashboard();
    await using beats = new Beats();
    const reader = new EventReader(board.url, '/events');
    const node = await findNode(reader, 'it turns', ({ state, iterations }) => state === 'running' && iterations > 2);
    expect(node).to.deep.include({ name: 'Beats', kind: 'loop', pid: beats.process?.pid });
    const row = await poll('it is measured', () => {
      const [one] = rowsIn(reader).values();
      const isMeasured = one?.samples.some(([, cpu, memory, , turns]) => cpu !== null && memory !== null && turns > 0);
      return isMeasured ? one : undefined;
    });
    const [, cpu, memory] = row.samples.find(([, , bytes]) => bytes !== null) ?? [];
    expect(memory).to.be.within(20e6, 500e6);
    expect(cpu).to.be.within(0, 2);
    expect(row.ticks.length).to.be.above(1);
    const output = new EventReader(board.url, `/output?id=${node.id}`);
    const { data } = await output.find('its lines', ({ event }) => event === 'output');
    await output.find('new lines', ({ event }) => event === 'lines');
    const lines = await new Promise(resolve => beats.stdout$.pipe(take(3), toArray()).subscribe(resolve));
    expect(lines).to.deep.equal(['beat 1', 'beat 2', 'beat 3']);
    expect(data.lines[0]).to.deep.include({ text: 'beat 1', stream: 'stdout' });
    output.close();
    reader.close();
  });

  it('shows a crash and the restart, and restarts and shuts down where it is asked to', async () => {
    await using board = await serveDashboard({ control: true });
    await using supervisor = new Supervisor({ mortal: () => new Crashes() }, { backoff: { initial: 10 } });
    supervisor.event$.subscribe();
    const reader = new EventReader(board.url, '/events');
    const isRunning = ({ key, state }: ProcessNode) => key === 'mortal' && state === 'running';
    const first = await findNode(reader, 'it runs', isRunning);
    await supervisor.which('mortal')?.send('crash');
    const failed = await findNode(reader, 'it has failed', ({ id, exit }) => id === first.id && exit !== undefined);
    expect(failed.exit).to.deep.include({ reason: 'failed', cause: 'threw', code: 1 });
    expect(failed.exit?.error).to.contain('out of <b>luck</b>');
    const second = await findNode(reader, 'it runs again', node => isRunning(node) && node.id !== first.id);
    expect(second).to.deep.include({ restarts: 1, parent: first.parent });

    const order = async (id: string, action: string) => {
      const headers = {
        'content-type': 'application/json',
        [TOKEN_HEADER]: new URL(board.url).hash.slice('#token='.length),
      };
      return ask(board.url, '/control', { method: 'POST', headers, body: JSON.stringify({ id, action }) });
    };
    expect((await order(second.id, 'restart')).status).to.equal(202);
    const third = await findNode(
      reader,
      'it was restarted',
      node => isRunning(node) && Number(node.id) > Number(second.id),
    );
    expect((await order(third.id, 'shutdown')).status).to.equal(202);
    await findNode(reader, 'it has ended', ({ id, state }) => id === third.id && state === 'exited');
    expect(supervisor.which('mortal')).to.equal(undefined);
    const refused = await order(third.id, 'shutdown');
    expect(refused.status).to.equal(409);
    expect(JSON.parse(refused.body).error).to.contain('has ended');
    reader.close();
  });

  it('shows the children of a child', async () => {
    await using board = await serveDashboard();
    await using nests = new Nests();
    const reader = new EventReader(board.url, '/events');
    const parent = await findNode(reader, 'the child', ({ name }) => name === 'Nests');
    const child = await findNode(reader, 'its child', ({ name, iterations }) => name === 'Beats' && iterations > 0);
    expect(child.parent).to.equal(parent.id);
    reader.close();
    await nests.shutdown();
  });

  it('does not keep a process alive, not even with a page', async () => {
    const script = runNode(
      [
        '-e',
        `const { serveDashboard } = require('offspring-rx/dashboard');
      serveDashboard().then(({ url }) => console.log('serves ' + url));
      process.stdin.on('data', () => process.stdin.destroy());`,
      ],
      { input: null },
    );
    const url = await poll('it serves', () => /http\S+/.exec(script.stdout)?.[0]);
    const reader = new EventReader(url, '/events');
    await reader.find('a snapshot', ({ event }) => event === 'snapshot');
    script.process.stdin?.end('go\n');
    expect(await script.ended).to.deep.include({ code: 0, signal: null });
    reader.close();
  });

  it('serves nothing in a child that loads the module again', async () => {
    const port = await freePort();
    const script = runNode([fixturePath('board-at-top-level')], { env: { BOARD_PORT: String(port) } });
    const { stdout, stderr, code } = await script.ended;
    expect({ stdout, stderr, code }).to.deep.equal({
      stdout: `serves http://127.0.0.1:${port}/\ndone\n`,
      stderr: '',
      code: 0,
    });
  });

  itInFull(`may be awaited at the top level of the module that a child loads again ${LONG}`, async () => {
    const { stdout, code } = await runNode([fixturePath('board-awaited').replace(/\.js$/, '.mjs')]).ended;
    const [result, error] = stdout.split('\n');
    expect(result).to.equal('done');
    expect(error).to.contain('waits at its top level for something that only the parent has');
    expect(code).to.equal(0);
  });
});
