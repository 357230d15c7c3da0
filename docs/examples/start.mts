import { type ForkOptions, type Stdio, Subprocess } from 'offspring-rx';

export class Where extends Subprocess<[directory: string]> {
  static override EXPLICIT_START = true;
  static override STDIO: Stdio = 'pipe';
  directory = '';

  override init(directory: string) {
    this.directory = directory;
  }

  override forkOptions(): ForkOptions {
    return { cwd: this.directory, env: { GREETING: 'hello from' } };
  }

  override run() {
    console.log(process.env['GREETING'], process.cwd());
  }
}

const where = new Where('/'); // where.process is null
where.start(); // from now on it is Node's ChildProcess, once init is done
where.stdout$.subscribe(line => console.log(`<${line}>`));
where.stderr$.subscribe(line => console.error(line));
await where.wait();
// prints: <hello from />
