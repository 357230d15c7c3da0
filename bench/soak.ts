/** Starts, talks to, crashes, stops and kills children at random, and looks for anything that is left or lost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isChild, Subprocess } from 'offspring-rx';
import { auditEnd, auditNow } from './soak/audit';
import { type Followed, follow } from './soak/follow';
import { Ledger } from './soak/ledger';
import { HELP, type Options, readOptions } from './soak/options';
import { describePlan, type Plan, planOf, warmUpPlans } from './soak/plan';
import { Progress } from './soak/progress';
import { Random } from './soak/random';
import { Tally } from './soak/tally';
import * as tasks from './soak/tasks';
import { look, MARK, marked, strays, type World } from './soak/world';

/** ms between two looks at what is held. */
const LOOK = 3_000;
/** ms that a process may outlive whom it hung on: the longest grace, and time on a busy machine. */
const STRAY = 8_000;
/** ms between two changes of how many children there are at once. */
const TIDE = 4_000;
/** ms for the world to be as it was. */
const QUIET = 8_000;

class Soak {
  readonly #options: Options;
  readonly #run = `${process.pid}-${Date.now()}`;
  readonly #random: Random;
  readonly #progress = new Progress();
  readonly #tally = new Tally();
  readonly #ledger = new Ledger();
  readonly #live = new Set<Followed>();
  readonly #findings = new Set<string>();
  readonly #strays = new Map<number, number>();
  #peakDescriptors = 0;
  #peakHeap = 0;
  #ended = false;

  constructor(options: Options) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<boolean> {
    const { seed, seconds, children, task } = this.#options;
    process.env[MARK] = this.#run;
    // It makes Node 20 read certificates at its start, 50 ms of each process.
    delete process.env['NODE_EXTRA_CA_CERTS'];
    console.log(
      `seed ${seed}: up to ${children} children for ${seconds} s, Node ${process.version}, pid ${process.pid}`,
    );
    process.on('unhandledRejection', error => this.#found(`unhandled rejection: ${stackOf(error)}`));
    process.on('uncaughtException', error => this.#found(`uncaught exception: ${stackOf(error)}`));
    process.on('warning', warning => this.#found(`warning: ${warning.name}: ${warning.message}`));
    process.on('SIGINT', () => {
      this.#ended = true;
    });

    // What is loaded and compiled upon the first use of each kind is no leak.
    const warmUp = task === undefined ? warmUpPlans(seed) : [];
    await Promise.all(warmUp.map(plan => this.#start(plan)));
    await this.#untilQuiet(() => Subprocess.shutdownAll());
    const first = look();

    if (task === undefined) await this.#mix(first);
    else await this.#start(planOf(seed, task));
    const last = await this.#end(first);
    this.#report(first, last);
    return this.#findings.size === 0;
  }

  async #mix(first: World): Promise<void> {
    const { seconds, seed, children, plant } = this.#options;
    const start = performance.now();
    let number = 0;
    let looked = start;
    let turned = start;
    let shown = start;
    let tide = children;
    for (;;) {
      const now = performance.now();
      if (this.#ended || now - start > seconds * 1_000) return;
      for (let burst = this.#random.int(1, 5); burst > 0 && this.#live.size < tide; burst--) {
        if (plant && number === 10) this.#plant();
        void this.#start(planOf(seed, number++));
      }
      if (now - turned > TIDE) {
        turned = now;
        // At low tide the last child goes, and with it what the library holds for all.
        tide = [children, children, children, Math.ceil(children / 3), 0][this.#random.int(0, 4)] as number;
        if (this.#random.next() < 0.5) this.#shutdownAll();
      }
      if (now - looked > LOOK) {
        looked = now;
        this.#look(first);
      }
      if (now - shown > 1_000) {
        shown = now;
        this.#progress.show(
          `${((now - start) / 1_000).toFixed().padStart(3)} s  ${this.#live.size} children, ${this.#tally.total} ended, ${this.#findings.size} findings`,
        );
      }
      await sleep(this.#random.int(0, 20));
    }
  }

  async #start(plan: Plan): Promise<void> {
    const never = this.#options.plant === 'pending' && plan.number === 10 ? new Promise(() => {}) : undefined;
    const followed = follow(plan, never);
    this.#live.add(followed);
    this.#tally.peak = Math.max(this.#tally.peak, this.#live.size);
    const { exit, stopTime, problems } = await followed.over;
    this.#live.delete(followed);
    this.#tally.add(plan, exit, stopTime);
    for (const problem of problems) this.#found(`${describePlan(plan)}: ${problem}`);
  }

  #shutdownAll(): void {
    const types = [tasks.Returns, tasks.Idles, tasks.Beats, tasks.Nests, tasks.Chatters, Subprocess];
    const type = types[this.#random.int(0, types.length - 1)] as typeof Subprocess;
    for (const followed of this.#live) if (followed.task instanceof type) followed.stopsNow();
    this.#ledger.promise(`${type.name}.shutdownAll()`, type.shutdownAll());
  }

  #look(first: World): void {
    const now = look();
    this.#peakDescriptors = Math.max(this.#peakDescriptors, now.descriptors);
    this.#peakHeap = Math.max(this.#peakHeap, now.heap);
    for (const problem of auditNow(first, now, this.#live.size)) this.#found(problem);
    const alive = [...this.#live].flatMap(({ task }) => task.process?.pid ?? []);
    const found = strays(marked(this.#run), new Set(alive));
    for (const pid of this.#strays.keys()) if (!found.some(stray => stray.pid === pid)) this.#strays.delete(pid);
    for (const { pid, command } of found) {
      const since = this.#strays.get(pid) ?? performance.now();
      this.#strays.set(pid, since);
      if (performance.now() - since > STRAY) this.#found(`a survivor: ${pid} ${command}`);
    }
  }

  async #end(first: World): Promise<World> {
    this.#progress.say('ending: the rest is shut down');
    await this.#untilQuiet(() => {
      for (const followed of this.#live) followed.stopsNow();
      return Subprocess.shutdownAll();
    });
    let last = look();
    let left = marked(this.#run);
    for (const start = performance.now(); performance.now() - start < QUIET; ) {
      if (left.length === 0 && auditEnd(first, last).length === 0) break;
      await sleep(200);
      last = look();
      left = marked(this.#run);
    }
    for (const problem of auditEnd(first, last)) this.#found(problem);
    for (const { pid, command } of left) {
      this.#found(`a survivor: ${pid} ${command}`);
      process.kill(pid, 'SIGKILL');
    }
    for (const problem of this.#ledger.problems()) this.#found(problem);
    return last;
  }

  /** Asks again and again, since a plan may start what it has made only later. */
  async #untilQuiet(shutdownAll: () => Promise<unknown>): Promise<void> {
    if (this.#live.size > 0) this.#ledger.promise('shutdownAll()', shutdownAll());
    const over = () => [...this.#live].map(({ over }) => over);
    while (this.#live.size > 0) {
      await Promise.race([Promise.all(over()), sleep(1_000)]);
      this.#progress.show(`${this.#live.size} children left`);
    }
    // The guardian stays for a moment.
    await sleep(300);
  }

  #found(problem: string): void {
    if (this.#findings.has(problem)) return;
    this.#findings.add(problem);
    this.#progress.say(`FOUND  seed ${this.#options.seed}: ${problem}`);
  }

  #plant(): void {
    const { plant } = this.#options;
    if (plant === 'leak') for (let times = 0; times < 20; times++) openSync(__filename, 'r');
    if (plant === 'survivor') {
      const stray: ChildProcess = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
      stray.unref();
    }
  }

  #report(first: World, last: World): void {
    const { seed, task } = this.#options;
    const tally = this.#tally;
    const { time, plan } = tally.longestStop;
    const change = (what: keyof World, digits = 0) => `${first[what].toFixed(digits)} -> ${last[what].toFixed(digits)}`;
    console.log(`\n${tally.table}\n\nacts: ${tally.actions}`);
    console.log(
      `peak ${tally.peak} children; descriptors ${change('descriptors')} (peak ${this.#peakDescriptors}), listeners ${change('listeners')}, ` +
        `heap ${change('heap', 1)} MB (peak ${this.#peakHeap.toFixed(1)}); longest stop ${time.toFixed()} ms${plan ? `, ${describePlan(plan)}` : ''}`,
    );
    if (this.#findings.size === 0) return console.log(`\nnothing found (seed ${seed})`);
    console.log(`\n${this.#findings.size} findings, seed ${seed}:`);
    for (const finding of this.#findings) console.log(`- ${finding}`);
    if (task === undefined) console.log(`one task again: node build/bench/soak.js --seed ${seed} --task N`);
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

async function main(): Promise<void> {
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
  if (!options) return console.log(HELP);
  // Also if it comes to no end.
  process.exitCode = 1;
  if (await new Soak(options).run()) process.exitCode = 0;
}

if (!isChild) {
  main().catch(error => {
    console.error(error);
    process.exit(1);
  });
}
