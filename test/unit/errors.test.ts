/** The errors: what they carry, and that each is recognised across two copies of the package. */
import { inspect } from 'node:util';
import { expect } from 'chai';
import * as thisCopy from '../../src/model/errors';
import { completed } from './support';

const errors = thisCopy;
const PATH = require.resolve('../../src/model/errors');

/** A second copy of the module. */
function secondCopy(): typeof thisCopy {
  const first = require.cache[PATH];
  delete require.cache[PATH];
  try {
    return require(PATH);
  } finally {
    require.cache[PATH] = first;
  }
}

const context = { subprocess: 'Task', pid: 7 };
const remote = { name: 'TypeError', message: 'boom', stack: 'TypeError: boom\n    at far away', data: { code: 3 } };

/** One of each, made by a copy of the module. */
const oneOfEach = (copy: typeof thisCopy) => ({
  StartError: new copy.StartError('load', 'told', context),
  RemoteError: new copy.RemoteError('told', remote, context),
  ExitError: new copy.ExitError('told', completed, { ...context, stderr: ['last'] }),
  SendError: new copy.SendError('told', context),
  StateError: new copy.StateError('told', context),
  ProtocolError: new copy.ProtocolError('told', context),
});

const KINDS = Object.keys(oneOfEach(errors)) as (keyof ReturnType<typeof oneOfEach>)[];
const guard = (kind: string) => errors[`is${kind}` as 'isStartError'];

describe('errors', () => {
  const copies: [string, typeof thisCopy][] = [
    ['this copy', errors],
    ['a second copy', secondCopy()],
  ];

  it('are not those of a second copy, by instanceof', () => {
    expect(oneOfEach(secondCopy()).StartError).not.to.be.instanceOf(errors.StartError);
  });

  for (const [whose, copy] of copies) {
    for (const kind of KINDS) {
      it(`${kind} of ${whose} is recognised as what it is, and as nothing else`, () => {
        const error = oneOfEach(copy)[kind];
        expect(errors.isSubprocessError(error)).to.equal(true);
        expect(KINDS.filter(each => guard(each)(error))).to.deep.equal([kind]);
      });
    }

    it(`a plain SubprocessError of ${whose} is recognised`, () => {
      const error = new copy.SubprocessError('told', context);
      expect(errors.isSubprocessError(error)).to.equal(true);
      expect(KINDS.filter(each => guard(each)(error))).to.deep.equal([]);
    });
  }

  it('nothing else is recognised', () => {
    for (const other of [undefined, null, 'StartError', new Error('x'), { name: 'StartError' }, { ...context }]) {
      expect(errors.isSubprocessError(other)).to.equal(false);
      expect(KINDS.some(kind => guard(kind)(other))).to.equal(false);
    }
  });

  for (const kind of KINDS) {
    it(`${kind} has its name, message, class and pid, and is an Error`, () => {
      const error = oneOfEach(errors)[kind];
      expect(error).to.be.instanceOf(Error).and.to.be.instanceOf(errors.SubprocessError);
      expect(error).to.be.instanceOf(errors[kind]);
      expect(error).to.include({ name: kind, message: 'told', subprocess: 'Task', pid: 7 });
      expect(error).not.to.have.property('cause');
      expect(Object.keys(error)).not.to.include('name');
      expect(inspect(error)).to.match(new RegExp(`^${kind}: told`));
    });
  }

  it('have a pid of null where there is none, and the cause where there is one', () => {
    const cause = new Error('why');
    const error = new errors.SendError('told', { subprocess: 'Task', cause });
    expect(error.pid).to.equal(null);
    expect(error.cause).to.equal(cause);
    expect('cause' in new errors.SendError('told', { subprocess: 'Task', cause: undefined })).to.equal(true);
  });

  it('each carry their facts', () => {
    const { StartError, RemoteError, ExitError } = oneOfEach(errors);
    expect(StartError.phase).to.equal('load');
    expect(RemoteError.remote).to.equal(remote);
    expect(RemoteError.stack).to.equal('RemoteError: told\n    at far away');
    expect(RemoteError).not.to.have.property('errors');
    expect(ExitError.exit).to.equal(completed);
    expect(ExitError.stderr).to.deep.equal(['last']);
    expect(new errors.ExitError('told', completed, context).stderr).to.deep.equal([]);
  });
});
