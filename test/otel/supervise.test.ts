/** The spans of a supervisor: restarts are in the trace of its subscriber, and so are the tasks. */
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { supervise } from 'offspring-rx/supervise';
import { lastValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { record, request } from '../support/spans';

const { Fails } = fixture<typeof import('../fixtures/traced')>('traced');

describe('offspring-rx/otel: spans of a supervisor', () => {
  it('a restart lasts until the child is ready again, or has failed again; it and each start are in one trace', async () => {
    const recording = record();
    try {
      let left = 2;
      const options = {
        backoff: { initial: 20, jitter: 0 },
        intensity: { restarts: 5 },
        restart: 'on-failure',
      } as const;
      const caller = await request(() => lastValueFrom(supervise(() => new Fails(left--), options)));
      const restarts = recording.named('restart task');
      expect(restarts.map(span => [span.trace, span.parent])).to.deep.equal(Array(2).fill([caller.trace, caller.span]));
      expect(restarts.map(span => span.attributes)).to.deep.equal(
        [2, 3].map((attempt, at) => ({
          'offspring_rx.supervisor.path': 'task',
          'offspring_rx.restart.attempt': attempt,
          'offspring_rx.restart.delay': 0.02 * 2 ** at,
        })),
      );
      for (const { duration, status } of restarts) {
        expect(duration).to.be.above(20);
        expect(status).to.equal(SpanStatusCode.UNSET);
      }
      expect(recording.named('run Fails', true).map(span => [span.trace, span.status])).to.deep.equal([
        [caller.trace, SpanStatusCode.ERROR],
        [caller.trace, SpanStatusCode.ERROR],
        [caller.trace, SpanStatusCode.UNSET],
      ]);
    } finally {
      recording.stop();
    }
  });

  itInFull(`tasks that nobody has asked for begin a trace each ${LONG}`, async () => {
    const recording = record();
    try {
      let left = 1;
      await lastValueFrom(
        supervise(() => new Fails(left--), { backoff: { initial: 5, jitter: 0 }, restart: 'on-failure' }),
      );
      const runs = recording.named('run Fails', true);
      expect(runs.map(span => span.parent)).to.deep.equal([undefined, undefined]);
      expect(trace.getActiveSpan()).to.equal(undefined);
    } finally {
      recording.stop();
    }
  });
});
