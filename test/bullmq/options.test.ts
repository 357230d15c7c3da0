/** The options of callers and hosts: what is wrong with one is said before anything is connected. */
import { expect } from 'chai';
import { StateError } from 'offspring-rx';
import { mapOverQueue, QueuePool, serveQueue } from 'offspring-rx/bullmq';
import { fixture } from '../support/fixture';

const { Adding } = fixture<typeof import('../fixtures/bullmq')>('bullmq');
const connection = 'redis://127.0.0.1:1';

/** Options, and how the message goes on. */
const OF_CALLERS: [options: object, message: string][] = [
  [{}, 'connection is undefined: it must be a URL'],
  [{ connection: '' }, "connection is '': it must be a URL"],
  [{ connection: { keyPrefix: 'a:' } }, 'options of ioredis without keyPrefix'],
  [{ connection, queue: 'a:b' }, "queue is 'a:b': it must be a text that is not empty, without ':'"],
  [
    { connection, prefix: 'a\nb' },
    "prefix is 'a\\nb': it must be a text that is not empty, without ':' and control characters",
  ],
  [{ connection, version: 2 }, 'version is 2: it must be a text'],
  [{ connection, prefix: '' }, "prefix is ''"],
  [{ connection, ahead: 0 }, 'ahead is 0: it must be a whole number, 1 or more'],
  [{ connection, aheadBytes: 0 }, 'aheadBytes is 0: it must be a number of bytes, 1 or more, or Infinity'],
  [{ connection, batch: 1.5 }, 'batch is 1.5: it must be a whole number'],
  [{ connection, attempts: 0 }, 'attempts is 0'],
  [{ connection, backoff: 'soon' }, "backoff is 'soon': it must be a number of ms, 0 or more, or an object"],
  [{ connection, priority: -1 }, 'priority is -1: it must be a whole number, 0 to 2097152'],
  [{ connection, leaseMs: 10 }, 'leaseMs is 10: it must be a number of ms, 1,000 or more'],
  [{ connection, hostTimeout: 0 }, 'hostTimeout is 0: it must be a number of ms above 0, or Infinity'],
  [{ connection, ordered: 1 }, 'ordered is 1: it must be true or false'],
  [{ connection, settle: 1 }, 'settle is 1: it must be true or false'],
  [{ connection, local: { workers: 2 } }, "local holds the options of a pool, which there is with connection: 'local'"],
  [{ connection, workers: 2 }, 'there is no option workers; there are connection, queue'],
];

const OF_HOSTS: [options: object, message: string][] = [
  [{}, 'connection is undefined: it must be a URL'],
  [{ connection: 'local' }, "with connection: 'local' there is nothing to serve"],
  [{ connection, concurrency: 0 }, 'concurrency is 0: it must be a whole number, 1 or more'],
  [{ connection, lockDuration: 0 }, 'lockDuration is 0: it must be a number of ms above 0'],
  [{ connection, stalledInterval: Number.NaN }, 'stalledInterval is NaN'],
  [{ connection, maxStalledCount: -1 }, 'maxStalledCount is -1: it must be a whole number, 0 or more'],
  [{ connection, removeOnFail: true }, 'removeOnFail is true: it must be an object'],
  [{ connection, limiter: 5 }, 'limiter is 5: it must be an object'],
  [{ connection, workers: 0 }, 'workers is 0: it must be a whole number, 1 or more'],
  [{ connection, retries: 1 }, 'there is no option retries of a host: the caller has the option attempts'],
  [{ connection, ordered: false }, 'there is no option ordered of a host: it is an option of the caller'],
  [{ connection, hosts: 1 }, 'there is no option hosts'],
];

describe('the options of a queue', () => {
  const expectError = (act: () => unknown, message: string) => {
    expect(act)
      .to.throw(StateError)
      .with.property('message')
      .that.satisfies((text: string) => text.startsWith(message));
  };
  const contains = (act: () => unknown, opening: string, part: string) => {
    expect(act).to.throw(StateError, part);
    expectError(act, opening);
  };

  for (const [options, message] of OF_CALLERS) {
    it(`of a caller: ${message}`, () => {
      contains(() => mapOverQueue(Adding, options as never), 'mapOverQueue(Adding): ', message);
      contains(() => new QueuePool(Adding, options as never), 'new QueuePool(Adding): ', message);
    });
  }

  for (const [options, message] of OF_HOSTS) {
    it(`of a host: ${message}`, () => {
      contains(() => serveQueue(Adding, options as never), 'serveQueue(Adding): ', message);
    });
  }

  it('a class that is no worker', () => {
    class Other {}
    contains(() => serveQueue(Other as never, { connection } as never), 'serveQueue(Other): ', 'a class that extends');
    contains(
      () => mapOverQueue(undefined as never, { connection }),
      'mapOverQueue(undefined): ',
      'a class that extends',
    );
  });

  it('a host whose Redis is not there can be closed', async () => {
    const host = serveQueue(Adding, { connection, workers: 1 });
    const start = performance.now();
    await host.close();
    expect(performance.now() - start).to.be.below(10_000);
  });
});
