/** Child side: connects the parts of a child to each other, to the parent's orders and to the events of the process. */
import { debugLog, isLogging } from '../diagnostics/debug-log';
import { platform } from '../platform/platform';
import type { Order, StopOrder } from '../protocol/to-child';
import { installChildSide } from '../side';
import { setImmediate } from '../util/timers';
import { ChildHalf } from './child-half';
import { ChildInstance } from './child-instance';
import { connect } from './connect';
import { Crash } from './crash';
import { noticeOutput } from './flush-output';
import { heedGroupSignals, ignoreGroupSignals } from './group-signals';
import { Stages } from './stages';
import { StopRequest } from './stop';
import { UsersSigterm } from './users-sigterm';
import { WorkContext } from './work-context';

if (process.env['NODE_V8_COVERAGE'])
  (require('./coverage') as typeof import('./coverage')).writeCoverageBeforeSigterm();
noticeOutput();
const { channel, prime, start } = connect();
// Before the module of the class is loaded, which may set a title of its own.
if (!prime.untitled && platform.showsTitles)
  process.title = `node ${prime.target.name} (offspring-rx of ${process.ppid})`;
const context = new WorkContext(prime);
const stop = new StopRequest({
  onAsked() {
    if (isLogging) debugLog(prime.target.name, 'was asked to stop');
    channel.report({ type: 'stopping' });
  },
  onHandled: () => channel.report({ type: 'handles-stop' }),
  enter: callListeners => context.enter(callListeners),
});
/** The target of signals to this process: with OWN_GROUP, its process group. */
const target = prime.ownGroup && platform.tree.hasGroups ? -process.pid : process.pid;
const usersSigterm = new UsersSigterm(stop, target, listens => channel.report({ type: 'sigterm', listens }));
const crash = new Crash();
const childHalf = new ChildHalf(prime, context);
const childInstance = new ChildInstance(prime.target.name, channel, stop);
const stages = new Stages({ prime, channel, context, stop, usersSigterm, crash, childHalf, childInstance });

ignoreGroupSignals();
process.on('uncaughtException', onUncaught);
process.on('beforeExit', () => stages.stall());
process.on('exit', () => context.end());

channel.listener = { onOrder, onProtocolError: error => void stages.fail('channel', error), onClose };
installChildSide(childHalf);
if (start) stages.start(start);
void stages.run();

function onOrder(order: Order): void {
  switch (order.type) {
    case 'start':
      return stages.start(order);
    case 'stop':
      if (order.ends === 'entered') stages.whenEntered(() => obey(order));
      else obey(order);
      return;
    case 'sigterm':
      return usersSigterm.raise();
    case 'commands':
      channel.reportSoon({ type: 'received', count: order.values.length });
      return context.enter(() => childInstance.push(order.values, order.trace));
    case 'posts':
      return context.enter(() => childInstance.push(order.values));
    case 'acknowledge':
      return channel.acknowledge(order.count);
    case 'final':
      return channel.removeSendLimit();
    case 'where':
      // In the next turn, since this one may let the work go on: messages that it sends then are signs of life.
      setImmediate(() =>
        channel.report({ type: 'where', resources: process.getActiveResourcesInfo(), isHeld: channel.isHeld }),
      );
      return;
    case 'observe':
    case 'control':
    case 'output':
      return (require('./watched') as typeof import('./watched')).obey(order, report => channel.report(report));
    case 'prime':
      throw new Error('a second order to prime');
  }
}

/** An order without `ends` comes together with a SIGTERM, which ends this process if nothing here handles it. */
function obey({ ends }: StopOrder): void {
  if (isLogging)
    debugLog(prime.target.name, `got the order to stop${stop.handlesSigterm ? '' : ', and leaves it to SIGTERM'}`);
  if (stop.handlesSigterm) stop.ask();
  else if (ends) process.kill(process.pid, 'SIGTERM');
}

function onUncaught(error: unknown): void {
  // Another listener handles the error.
  if (process.listeners('uncaughtException').some(listener => listener !== onUncaught)) return;
  crash.blame(context.isWork ? 'outside' : 'replay');
  crash.raise(error);
}

function onClose(): void {
  if (isLogging) debugLog(prime.target.name, 'its parent is gone');
  heedGroupSignals();
  (require('./parent-gone') as typeof import('./parent-gone')).parentGone(
    prime.kind,
    target,
    stages.order,
    stop,
    usersSigterm,
  );
}
