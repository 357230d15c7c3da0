import { supervise } from 'offspring-rx/supervise';
import { crash, exitCode, inProcess, messages, neverReady, VirtualTime } from 'offspring-rx/testing';
import { Heartbeat } from './heartbeat.js';

const time = new VirtualTime();
const faults = [neverReady(), crash({ after: 500 }), exitCode(3), messages('a 9ms b|', { a: 'one', b: 'two' })];

const event$ = supervise(() => inProcess(Heartbeat, [], { time, fault: faults.shift()! }), {
  restart: 'on-failure',
  backoff: { initial: 100, factor: 1, jitter: 0 },
  intensity: { restarts: 5, period: 60_000 },
  scheduler: time.scheduler,
});
event$.subscribe(event => {
  if (event.type === 'exited') console.log(time.now, event.exit.cause ?? event.exit.reason);
});
await time.flush();
// prints: 30000 ready-timeout
// prints: 30600 crash
// prints: 30700 process-exit
// prints: 30811 completed
