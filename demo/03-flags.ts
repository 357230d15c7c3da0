/** Shows the three flags at work: WAIT_FOR_CHILD, TERMINATE_ON_SHUTDOWN and EXPLICIT_START. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isChild, Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

/** Work that takes half a second. */
export class HalfASecond extends Subprocess {
  override async run() {
    await sleep(500);
    console.log('  child   finished');
  }
}

export class Unhurried extends HalfASecond {
  static override TERMINATE_ON_SHUTDOWN = false;
}

export class OnDemand extends HalfASecond {
  static override EXPLICIT_START = true;
}

export class Certain extends Subprocess {
  static override WAIT_FOR_CHILD = true;

  override run() {
    console.log('  child   this will always print');
  }
}

async function terminateOnShutdown() {
  console.log('TERMINATE_ON_SHUTDOWN: whether shutdown() ends run(), or waits until it completes');
  for (const Task of [HalfASecond, Unhurried]) {
    const task = new Task();
    await firstValueFrom(task.ready$);
    const exit = await task.shutdown();
    console.log(`  parent  ${Task.TERMINATE_ON_SHUTDOWN ? 'true: ' : 'false:'} ${exit.reason}`);
  }
}

async function explicitStart() {
  console.log('\nEXPLICIT_START = true: there is no process before start()');
  const task = new OnDemand();
  console.log(`  parent  before start(): ${task.process ? 'a process' : 'no process'}`);
  task.start();
  console.log(`  parent  after start():  ${task.process ? 'a process' : 'no process'}`);
  await task.wait();
}

function waitForChild() {
  console.log('\nWAIT_FOR_CHILD = true: run() is called even if the parent ends at once');
  new Certain();
  console.log('  parent  has nothing left to do');
}

async function main() {
  await terminateOnShutdown();
  await explicitStart();
  waitForChild();
}

if (!isChild) void main();
