/** The demo of the dashboard, as a process of its own. */
import path from 'node:path';
import { expect } from 'chai';
import { ask, EventReader } from './support/dashboard';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { poll } from './support/poll';
import { runNode } from './support/script';

const DEMO = path.join(ROOT, 'build', 'demo', '08-dashboard.js');

describe('08-dashboard', () => {
  itInFull(`serves a zoo of processes, and ends clean with Ctrl-C ${LONG}`, async () => {
    const demo = runNode([DEMO]);
    const url = await poll('it says where', () => /http\S+/.exec(demo.stdout)?.[0]);
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/#token=/);
    expect((await ask(url, '/')).status).to.equal(200);
    const reader = new EventReader(url, '/events');
    const names = new Set<string>();
    await poll('all are there', () => {
      for (const { data } of reader.frames) {
        const nodes = data.added ?? data.rows?.map(({ node }: { node: object }) => node) ?? [];
        for (const { key, name } of nodes) names.add(key ?? name);
      }
      return ['Supervisor', 'HashDeep', 'heartbeat', 'hanger', 'prices', 'Report', 'Fetcher'].every(name =>
        names.has(name),
      );
    });
    reader.close();
    process.kill(demo.pid, 'SIGINT');
    const { code, stderr } = await demo.ended;
    expect({ code, stderr }).to.deep.equal({ code: 130, stderr: '' });
  });

  it('has a --help, and refuses what it does not know', async () => {
    const help = await runNode([DEMO, '--help']).ended;
    expect(help.stdout).to.match(/^Usage: npm run demo:dashboard/);
    expect(help.code).to.equal(0);
    expect((await runNode([DEMO, '--prot=1']).ended).code).to.equal(2);
  });
});
