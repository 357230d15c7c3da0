/** What a Supervisor is asked for a child that has no process: it waits for its restart, or its supervisor has ended. */
import { expect } from 'chai';
import { Supervisor } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';

const { Obedient } = fixture<typeof import('../fixtures/supervised')>('supervised');

const obedient = () => new Obedient();
const slow = { initial: 60_000, factor: 1, jitter: 0 };

describe('Supervisor: a child without a process', () => {
  const held: Pick<Supervisor, 'shutdown'>[] = [];
  const hold = <S extends Pick<Supervisor, 'shutdown'>>(supervisor: S): S => {
    held.push(supervisor);
    return supervisor;
  };
  afterEach(() => Promise.all(held.splice(0).map(supervisor => supervisor.shutdown())));
  const statesOf = async (supervisor: Pick<Supervisor, 'children$'>) =>
    (await firstValueFrom(supervisor.children$)).map(({ path, state }) => `${path.join('/')} ${state}`);
  const reach = (supervisor: Pick<Supervisor, 'children$'>, state: string) =>
    poll(state, async () => (await statesOf(supervisor)).includes(state));
  const why = (promise: Promise<unknown>) =>
    promise.then(
      () => 'resolved',
      error => error.message,
    );

  it('a dynamic child that waits for its restart: restart ends the delay, stop forgets it', async () => {
    const supervisor = hold(new Supervisor({}, { backoff: slow }));
    supervisor.start('a', obedient);
    const fail = async () => {
      await reach(supervisor, 'a running');
      await (supervisor.which('a') as InstanceType<typeof Obedient>).send('throw');
      await reach(supervisor, 'a restarting');
    };
    await fail();
    await supervisor.restart('a');
    await fail();
    await supervisor.stop('a');
    expect(await statesOf(supervisor)).to.deep.equal([]);
    expect(supervisor.start('a', obedient), 'its key is free').to.equal('a');
  });

  itInFull(
    `a child below a supervisor that was stopped: it is stopped too, and its restart is refused, also a pending one ${LONG}`,
    async () => {
      const supervisor = hold(new Supervisor({ feeds: () => ({ news: obedient, mail: obedient }) }));
      await firstValueFrom(supervisor.ready$);
      const pending = why(supervisor.restart('feeds/news'));
      await supervisor.stop('feeds');
      expect(await pending).to.equal(
        "Supervisor: child 'feeds/news' is not started again: it was stopped, or its supervisor has ended",
      );
      expect(await statesOf(supervisor)).to.deep.equal(['feeds stopped', 'feeds/news stopped', 'feeds/mail stopped']);
      expect(await why(supervisor.restart('feeds/news'))).to.equal(
        "Supervisor: child 'feeds/news' is not started: its supervisor does not run; restart that one",
      );
      await supervisor.restart('feeds');
      await supervisor.restart('feeds/news');
      expect(await statesOf(supervisor)).to.deep.equal(['feeds running', 'feeds/news running', 'feeds/mail running']);
    },
  );

  it('a child below a supervisor that gave up for good: it has ended, and its restart is refused', async () => {
    const feeds = () => ({ children: { news: obedient }, options: { intensity: { restarts: 0 } } });
    const supervisor = hold(new Supervisor({ feeds }, { restart: 'never' }));
    await firstValueFrom(supervisor.ready$);
    await (supervisor.which('feeds/news') as InstanceType<typeof Obedient>).send('throw');
    await reach(supervisor, 'feeds ended');
    expect(await statesOf(supervisor)).to.deep.equal(['feeds ended', 'feeds/news ended']);
    expect(await why(supervisor.restart('feeds/news'))).to.match(/its supervisor does not run; restart that one$/);
  });
});
