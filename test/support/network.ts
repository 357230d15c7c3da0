/** Network namespaces of a test, which Linux gives to root. */
import { execFileSync } from 'node:child_process';

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Why there can be none; undefined if there can. */
export function whyNoNamespaces(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  try {
    ip('netns', 'add', 'offspring-probe');
    ip('netns', 'del', 'offspring-probe');
    return undefined;
  } catch (error) {
    return `ip netns add: ${(error as Error).message.split('\n').at(-1)}`;
  }
}

/** A namespace that reaches this one by a pair of interfaces. */
export class Namespace {
  readonly name: string;
  /** Of this side. */
  readonly address: string;
  readonly #outside: string;

  constructor(index: number) {
    const id = `${process.pid % 10_000}${index}`;
    const network = `10.${200 + (process.pid % 50)}.${index}`;
    this.name = `offspring${id}`;
    this.address = `${network}.1`;
    this.#outside = `ofs${id}`;
    ip('netns', 'add', this.name);
    ip('link', 'add', this.#outside, 'type', 'veth', 'peer', 'name', 'inner', 'netns', this.name);
    ip('addr', 'add', `${this.address}/24`, 'dev', this.#outside);
    ip('link', 'set', this.#outside, 'up');
    for (const args of [
      ['addr', 'add', `${network}.2/24`, 'dev', 'inner'],
      ['link', 'set', 'inner', 'up'],
    ]) {
      ip('-n', this.name, ...args);
    }
    ip('-n', this.name, 'link', 'set', 'lo', 'up');
  }

  /** As if the cable was pulled: nobody is told. */
  cut(): void {
    ip('-n', this.name, 'link', 'set', 'inner', 'down');
  }

  mend(): void {
    ip('-n', this.name, 'link', 'set', 'inner', 'up');
  }

  remove(): void {
    ip('netns', 'del', this.name);
  }
}
