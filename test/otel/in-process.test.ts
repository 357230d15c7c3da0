/** The spans of tasks that the kit for tests runs in the process of the test. */
import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import { inProcess } from 'offspring-rx/testing';
import { fixture } from '../support/fixture';
import { type Recording, record, request } from '../support/spans';

const { Listens, Marks, Throws, Turns } = fixture<typeof import('../fixtures/traced')>('traced');

describe('offspring-rx/otel: spans of inProcess()', () => {
  let recording: Recording;
  beforeEach(() => {
    recording = record();
  });
  afterEach(() => recording.stop());
  const served = (name: string) => recording.named(name).filter(({ kind }) => kind === SpanKind.SERVER);

  it('run() is in the trace of the code that has started the task, as in a child', async () => {
    const caller = await request(() => inProcess(Marks, []).result());
    const [outer] = recording.named('run Marks').filter(({ parent }) => parent === caller.span);
    const [inner] = served('run Marks');
    expect(inner).to.include({ trace: caller.trace, parent: outer?.id });
    expect(caller.value).to.deep.equal({ trace: caller.trace, span: inner?.id });
    const [mark] = recording.named('in run');
    expect(mark).to.include({ trace: caller.trace, parent: inner?.id });
  });

  it('a run that throws has the status of an error, and a turn of a loop is a trace of its own', async () => {
    await inProcess(Throws, [])
      .result()
      .catch(() => {});
    expect(served('run Throws')[0]?.attributes['error.type']).to.equal('RangeError');
    const turns = await request(() => inProcess(Turns, []).wait());
    const [turn] = recording.named('loop Turns');
    const [start] = recording.named('start Turns');
    expect(turn?.trace).not.to.equal(turns.trace);
    expect(start?.trace).to.equal(turns.trace);
  });

  it('a command is received in the trace of the code that sends it', async () => {
    const task = inProcess(Listens, [1]);
    const sender = await request(() => task.send('one'));
    await task.result();
    expect(recording.named('command one').map(({ trace }) => trace)).to.deep.equal([sender.trace]);
  });
});
