import { isRemoteError, Subprocess } from 'offspring-rx';
import { firstValueFrom, ignoreElements, merge } from 'rxjs';

export class Fetching extends Subprocess<[], string> {
  override run() {
    throw new Error('no such host');
  }
}

const task = new Fetching();
const failure$ = task.result$.pipe(ignoreElements()); // no value; errors with the failure
try {
  console.log(await firstValueFrom(merge(task.message$, failure$)));
} catch (error) {
  if (isRemoteError(error)) console.log(error.remote.message);
}
// prints: no such host
