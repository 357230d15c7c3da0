/** A start that fails: the same StartError from every stream and promise, and the status that goes with it. */
import { expect } from 'chai';
import { type AnySubprocess, StartError, type StartPhase } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import { type Outcome, outcomeOf } from './outcome';

/** What the status says where no process was made. */
export const noProcess = { pid: null, code: null, signal: null, forced: false };

export async function startFails(task: AnySubprocess, phase: StartPhase, told: RegExp): Promise<Outcome> {
  const ready = firstValueFrom(task.ready$).catch(error => error);
  const outcome = await outcomeOf(task);
  const { exit, error } = outcome;
  expect(error).to.be.instanceOf(StartError);
  expect(error?.message).to.match(told);
  expect(error).to.include({ phase });
  expect(await ready).to.equal(error);
  expect(exit).to.include({ reason: 'not-started', error });
  return outcome;
}
