/** Errors of items arrive at the caller as they were at the host. */
import { expect } from 'chai';
import { decodeList, encodeList } from '../../../src/bullmq/wire/bytes';
import { decodeFailure, type EncodedFailure, encodeFailure } from '../../../src/bullmq/wire/failure';
import { ExitError, RemoteError, SendError, StartError, StateError, SubprocessError } from '../../../src/index';
import { TimeoutError } from '../../../src/pool/timeout-error';

const across = (error: unknown): any =>
  decodeFailure(decodeList(encodeList([encodeFailure(error)]))[0] as EncodedFailure);

describe('the failure of an item', () => {
  const context = { subprocess: 'Task', pid: 7 };
  const facts = { name: 'TypeError', message: 'no', stack: 'TypeError: no\n    at work', data: { code: 'E1' } };

  it('that is a RemoteError keeps its facts, its cause and the errors of an AggregateError', () => {
    const inner = new RemoteError('inner', { ...facts, message: 'inner' }, context);
    const error = across(new RemoteError('outer', facts, { ...context, cause: inner, errors: [inner] }));
    expect(error).to.be.instanceOf(RemoteError).and.to.include({ message: 'outer', subprocess: 'Task', pid: 7 });
    expect(error.remote).to.deep.equal(facts);
    expect(error.cause).to.be.instanceOf(RemoteError).and.to.have.property('message', 'inner');
    expect(error.errors).to.have.length(1);
  });

  it('that is an ExitError keeps its exit and what was printed', () => {
    const exit = { ...context, reason: 'killed', code: null, signal: 'SIGSEGV', duration: 5, forced: false } as const;
    const at = new ExitError('crashed', { ...exit, cause: 'crash' } as never, { ...context, stderr: ['line'] });
    Object.assign(at.exit, { error: at });
    const error = across(at);
    expect(error)
      .to.be.instanceOf(ExitError)
      .and.to.deep.include({ message: 'crashed', stderr: ['line'] });
    expect(error.exit).to.deep.include({ ...exit, cause: 'crash' });
    expect(error.exit.error).to.equal(error);
  });

  for (const error of [
    new StartError('load', 'start', context),
    new SendError('send', context),
    new StateError('state', context),
    new SubprocessError('plain', context),
  ]) {
    it(`that is a ${error.name} keeps its class and its stack`, () => {
      const arrived = across(error);
      expect(arrived.constructor).to.equal(error.constructor);
      expect(arrived).to.include({ message: error.message, stack: error.stack, subprocess: 'Task', pid: 7 });
    });
  }

  it('that is a TimeoutError keeps its limit', () => {
    const error = across(new TimeoutError('late', 50, context));
    expect(error).to.be.instanceOf(TimeoutError).and.to.include({ message: 'late', timeout: 50, pid: 7 });
  });

  it('that is of no class of this library keeps its name', () => {
    expect(across(Object.assign(new Error('other'), { name: 'Other' }))).to.include({
      name: 'Other',
      message: 'other',
    });
    expect(across('text').message).to.equal('text');
    expect(across(undefined).message).to.equal('undefined');
  });
});
