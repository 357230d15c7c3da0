import { isRemoteError, Subprocess } from 'offspring-rx';

export class Paint extends Subprocess {
  override run(): number {
    throw Object.assign(new TypeError('no such color'), { color: 'blurple' });
  }
}

const paint = new Paint();
try {
  await paint.result();
} catch (error) {
  if (!isRemoteError(error)) throw error;
  const { name, message, data } = error.remote; // and stack, the child's
  console.log(name, message, data);
}
const exit = await paint.wait(); // resolves however the child ends
console.log(exit.reason, exit.code);
// prints: TypeError no such color { color: 'blurple' }
// prints: failed 1
