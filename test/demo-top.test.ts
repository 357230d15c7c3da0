/** The demo of top, as a process of its own: in a terminal, and without one. */
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { openScreen } from './support/screen';
import { runNode } from './support/script';

const DEMO = path.join(ROOT, 'build', 'demo', '09-top.js');

describe('09-top', () => {
  itInFull(`shows a zoo of processes in the terminal, shuts one down by k, and ends clean by q ${LONG}`, async () => {
    const screen = openScreen([DEMO], 130, 50);
    await screen.line(/^ offspring-rx top {2}\S+ · pid \d+ +● live/);
    for (const name of ['Supervisor', 'HashDeep', 'heartbeat', 'hanger', 'prices', 'Fetcher']) {
      await screen.line(new RegExp(`(?:^| )${name} `));
    }
    screen.type('/heartbeat');
    await screen.gone(/ HashDeep /);
    screen.type('\r');
    await screen.line(/^ \/heartbeat {2}q quit/);
    screen.type('\u001b[B');
    await screen.line(/^❯ .*● heartbeat +\d+ {2}running/);
    screen.type('k');
    await screen.line(/^ Shut down heartbeat\?/);
    screen.type('y');
    await screen.line(/○ heartbeat .* ended/);
    screen.type('q');
    expect(await screen.ended).to.include({ code: 0 });
    expect(screen.isWhole).to.equal(false);
  });

  itInFull(`writes lines without a terminal, and ends clean with Ctrl-C ${LONG}`, async () => {
    const demo = runNode([DEMO]);
    await demo.says('Supervisor');
    await demo.says('running');
    process.kill(demo.pid, 'SIGINT');
    const { code, stderr, stdout } = await demo.ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^\S+Z {2}09-top\.js +\d+ {2}connected\n/);
  });
});
