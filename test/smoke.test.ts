import { expect } from 'chai';
import { fixture } from './support/fixture';

const { Echo, Thrower } = fixture<typeof import('./fixtures/tasks')>('tasks');

describe('smoke', () => {
  it('runs in a child', async () => {
    expect(await new Echo({ a: 1 }).result()).to.deep.equal({ a: 1 });
  });
  it('rejects with the error of the child', async () => {
    const error = await new Thrower('boom').result().catch(e => e);
    expect(error.name).to.equal('RemoteError');
  });
});
