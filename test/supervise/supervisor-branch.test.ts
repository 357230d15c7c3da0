/** The branch of a supervisor, without children. */
import { expect } from 'chai';
import { lastValueFrom, Subject } from 'rxjs';
import { inner } from '../support/inner';

describe('the branch of a supervisor', () => {
  it('listens to the supervisor above only until it has ended: that one may start it again and again', async () => {
    const { supervisor } = inner<typeof import('../../src/supervise/supervisor-branch')>('supervise/supervisor-branch');
    const { settingsFor } = inner<typeof import('../../src/supervise/options')>('supervise/options');
    const began$ = new Subject<void>();
    const group = { remove() {} } as never;
    const branch = supervisor({}, settingsFor('superviseAll'));
    await lastValueFrom(branch({ began$, turn$: new Subject(), owner: undefined as never, path: [], group }));
    expect(began$.observed).to.equal(false);
  });
});
