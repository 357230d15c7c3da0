/** The errors: their fields, and their guards across two copies of the package. */
import { inspect } from 'node:util';
import { expect } from 'chai';
import * as thisCopy from '../../src/model/errors';
import { TimeoutError } from '../../src/pool/timeout-error';
import { RestartLimitError } from '../../src/supervise/restart-limit-error';
import { completed } from './support';

const errors = thisCopy;
const PATH = require.resolve('../../src/model/errors');

/** Loads the module a second time. */
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

/** One error of each class of a copy of the module. */
const oneOfEach = (copy: typeof thisCopy) => ({
  StartError: new copy.StartError('load', 'message', context),
  RemoteError: new copy.RemoteError('message', remote, context),
  ExitError: new copy.ExitError('message', completed, { ...context, stderr: ['last'] }),
  SendError: new copy.SendError('message', context),
  StateError: new copy.StateError('message', context),
  ProtocolError: new copy.ProtocolError('message', context),
});

const KINDS = Object.keys(oneOfEach(errors)) as (keyof ReturnType<typeof oneOfEach>)[];
const guard = (kind: string) => errors[`is${kind}` as 'isStartError'];

describe('errors', () => {
  const copies: [string, typeof thisCopy][] = [
    ['this copy', errors],
    ['a second copy', secondCopy()],
  ];

  it('fail instanceof across two copies', () => {
    expect(oneOfEach(secondCopy()).StartError).not.to.be.instanceOf(errors.StartError);
  });

  for (const [whose, copy] of copies) {
    for (const kind of KINDS) {
      it(`${kind} of ${whose} passes its own guard, and no other`, () => {
        const error = oneOfEach(copy)[kind];
        expect(errors.isSubprocessError(error)).to.equal(true);
        expect(KINDS.filter(each => guard(each)(error))).to.deep.equal([kind]);
      });
    }

    it(`a plain SubprocessError of ${whose} passes isSubprocessError`, () => {
      const error = new copy.SubprocessError('message', context);
      expect(errors.isSubprocessError(error)).to.equal(true);
      expect(KINDS.filter(each => guard(each)(error))).to.deep.equal([]);
    });
  }

  it('other values pass no guard', () => {
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
      expect(error).to.include({ name: kind, message: 'message', subprocess: 'Task', pid: 7 });
      expect(error).not.to.have.property('cause');
      expect(Object.keys(error)).not.to.include('name');
      expect(inspect(error)).to.match(new RegExp(`^${kind}: message`));
    });
  }

  it('have the pid or null, and the cause only if one was given', () => {
    const cause = new Error('why');
    const error = new errors.SendError('message', { subprocess: 'Task', cause });
    expect(error.pid).to.equal(null);
    expect(error.cause).to.equal(cause);
    expect('cause' in new errors.SendError('message', { subprocess: 'Task', cause: undefined })).to.equal(true);
  });

  it('have a code, which docs/troubleshooting.md explains and which is printed with them', () => {
    const codes = Object.values(oneOfEach(errors)).map(({ code }) => code.replace('OFFSPRING_', ''));
    expect(codes).to.deep.equal(['START_LOAD', 'REMOTE', 'EXIT', 'SEND', 'STATE', 'PROTOCOL']);
    expect(new TimeoutError('message', 5, context).code).to.equal('OFFSPRING_TIMEOUT');
    expect(new RestartLimitError([], { restarts: 3, period: 5 }).code).to.equal('OFFSPRING_RESTART_LIMIT');
    expect(new errors.SubprocessError('message', context).code).to.equal('OFFSPRING_SUBPROCESS');
    expect(inspect(oneOfEach(errors).StartError)).to.include("code: 'OFFSPRING_START_LOAD'");
  });

  it('have the fields of their class', () => {
    const { StartError, RemoteError, ExitError } = oneOfEach(errors);
    expect(StartError.phase).to.equal('load');
    expect(RemoteError.remote).to.equal(remote);
    expect(RemoteError.stack).to.equal('RemoteError: message\n    at far away');
    expect(RemoteError).not.to.have.property('errors');
    expect(ExitError.exit).to.equal(completed);
    expect(ExitError.stderr).to.deep.equal(['last']);
    expect(new errors.ExitError('message', completed, context).stderr).to.deep.equal([]);
  });
});
