import { type ForkOptions, Subprocess } from 'offspring-rx';

export class Inspected extends Subprocess {
  override forkOptions(): ForkOptions {
    return process.env['DEBUG_CHILD'] ? { execArgv: ['--inspect-brk=0'] } : {};
  }

  override run() {
    return 'done';
  }
}
