import { isRemoteError, isStartError } from 'offspring-rx';
import { Primes } from './primes.js';

try {
  await new Primes(2_000_000).result();
} catch (error) {
  if (isStartError(error)) console.log(error.phase, '|', error.message); // it never became ready
  if (isRemoteError(error)) console.log(error.remote.stack); // run() threw
}
// prints: init | Primes.init() threw in the parent: RangeError: that takes too long
