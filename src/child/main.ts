/** Child side: what runs in a child process: puts its parts together, and hears the parent, the signals and the crashes. */
import type { Order, PrimeOrder } from '../protocol/to-child';
import { installChildSide } from '../side';
import { Channel } from './channel';
import { ChildHalf } from './child-half';
import { ChildInstance } from './child-instance';
import { Crash } from './crash';
import { Stages } from './stages';
import { StopRequest } from './stop';
import { WorkContext } from './work-context';

const channel = new Channel();
const [first, second] = channel.readFirst();
const prime = first as PrimeOrder;

const context = new WorkContext(prime);
const stop = new StopRequest(
  () => channel.report({ type: 'stopping' }),
  tell => context.enter(tell),
);
const crash = new Crash();
const task = new ChildHalf(prime, context);
const members = new ChildInstance(prime.target.name, channel, stop);
const life = new Stages({ prime, channel, context, stop, crash, task, members });

// Ctrl-C and a closing terminal reach the whole group; what becomes of a child is its parent's to decide.
const ignore = () => {};
process.on('SIGINT', ignore);
process.on('SIGHUP', ignore);
process.on('uncaughtException', onUncaught);
process.on('beforeExit', () => life.stall());

channel.listener = { onOrder, onGarbled: error => void life.fail('channel', error), onClose };
installChildSide(task);
if (second?.type === 'start') life.start(second);
void life.live();

function onOrder(order: Order): void {
  switch (order.type) {
    case 'start':
      return life.start(order);
    case 'stop':
      // Who has not asked for it dies of the SIGTERM that comes with it.
      if (stop.obeyed) stop.ask();
      return;
    case 'commands':
      channel.reportSoon({ type: 'received', count: order.values.length });
      return context.enter(() => members.push(order.values));
    case 'consumed':
      return channel.taken(order.count);
    case 'final':
      return channel.takenForGood();
    case 'prime':
      throw new Error('a second order to prime');
  }
}

function onUncaught(error: unknown): void {
  // Somebody else takes care of it.
  if (process.listeners('uncaughtException').some(listener => listener !== onUncaught)) return;
  crash.blame('outside');
  crash.raise(error);
}

function onClose(): void {
  process.off('SIGINT', ignore);
  process.off('SIGHUP', ignore);
  (require('./parent-gone') as typeof import('./parent-gone')).parentGone(prime.kind, life.order, stop);
}
