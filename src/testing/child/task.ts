/** Child side: runs a task in the process of its test, in the place of a child. */
import { ChildHalf, RestoreError } from '../../child/child-half';
import { ChildInstance } from '../../child/child-instance';
import { NotFoundError } from '../../child/load/load-class';
import type { TaskClass } from '../../child/load/task-class';
import { runLoop } from '../../child/loop/run-loop';
import { runOnce } from '../../child/run-once';
import { SendWindow } from '../../child/send-window';
import { StopRequest } from '../../child/stop';
import { type Method, traceMethod } from '../../child/trace-method';
import { constructInPool } from '../../pool/made-by-pool';
import type { ErrorDetails } from '../../protocol/error-details';
import { type Frame, sizeOf } from '../../protocol/frames';
import { Outgoing } from '../../protocol/outgoing';
import { encodeError } from '../../protocol/remote-error';
import type { Order, PrimeOrder } from '../../protocol/to-child';
import type { Activity, Report } from '../../protocol/to-parent';
import type { AnySubprocess } from '../../subprocess';
import type { SubprocessLoop } from '../../subprocess-loop';
import { constructWith } from '../half';
import { type ChildPort, type ChildRequest, decode, Line } from '../link';
import { stepsOf } from '../marbles';

/** Starts the child's half of a task. */
export const startChild = (request: ChildRequest): ChildPort => new ChildTask(request);

/** A stop by a "signal" of the kit: the process of the test has no listener for it. */
class StopInProcess extends StopRequest {
  #isListening = false;

  override get handlesSigterm(): boolean {
    return this.#isListening;
  }

  protected override listen(): void {
    this.#isListening = true;
  }
}

/** Code of a task that was killed goes no further than to its next wait for the library. */
const never = () => new Promise<never>(() => {});

class ChildTask implements ChildPort {
  readonly #request: ChildRequest;
  readonly #line: Line;
  readonly #window = new SendWindow(() => {});
  readonly #outgoing: Outgoing<Report, 'messages'>;
  readonly #stop: StopInProcess;
  readonly #instance: ChildInstance;
  #hasEnded = false;

  constructor(request: ChildRequest) {
    const { name, kind, time, parent } = request;
    this.#request = request;
    this.#line = new Line(() => time.noteStep());
    this.#outgoing = new Outgoing('messages', (frame, messages) => {
      this.#window.sent(messages, sizeOf(frame));
      if (!this.#hasEnded) this.#line.frame(frame, own => parent.receive(own));
    });
    this.#stop = new StopInProcess({
      onAsked: () => this.#report({ type: 'stopping' }),
      onHandled: () => this.#report({ type: 'handles-stop' }),
      enter: callListeners => callListeners(),
    });
    const room = () => (this.#hasEnded ? never() : (this.#window.room ?? this.#window.wait()));
    const channel = {
      report: (report: Report, details?: readonly ErrorDetails[]) => this.#report(report, details),
      emitPlain: (message: unknown) => (this.#outgoing.addPlain(message) ? room() : undefined),
      emitAny: (message: unknown, details: readonly ErrorDetails[]) => {
        this.#outgoing.addAny(message, details);
        return room();
      },
      keepAlive() {},
    };
    this.#instance = new ChildInstance(name, channel, this.#stop);
    if (kind === 'loop') this.#stop.handleSigterm();
    this.#line.step(() => void this.#run());
  }

  receive(frame: Frame): void {
    if (this.#hasEnded) return;
    for (const order of decode(frame) as Order[]) {
      if (order.type !== 'acknowledge') this.#outgoing.renew();
      this.#onOrder(order);
    }
    this.#outgoing.flushSoon();
  }

  sigterm(): void {
    if (this.#stop.handlesSigterm) this.#stop.ask();
    else this.#end(null, 'SIGTERM');
  }

  kill(): boolean {
    const isAlive = !this.#hasEnded;
    this.#end(null, 'SIGKILL');
    return isAlive;
  }

  #onOrder(order: Order): void {
    if (order.type === 'stop' && this.#stop.handlesSigterm) this.#stop.ask();
    if (order.type === 'acknowledge') this.#window.acknowledge(order.count);
    if (order.type === 'where') this.#report({ type: 'where', resources: [], isHeld: false });
    if (order.type === 'posts') this.#instance.push(order.values);
    if (order.type !== 'commands') return;
    this.#report({ type: 'received', count: order.values.length });
    this.#instance.push(order.values, order.trace);
  }

  async #run(): Promise<void> {
    const { kind, fault } = this.#request;
    this.#report({ type: 'up' });
    if (fault?.type === 'never-ready') return;
    let instance: AnySubprocess;
    try {
      instance = this.#rebuild();
    } catch (error) {
      const during = error instanceof NotFoundError ? 'find' : error instanceof RestoreError ? 'restore' : 'load';
      return this.#fail(during, error instanceof RestoreError ? error.cause : error);
    }
    const culprit = { during: (kind === 'loop' ? 'loop' : 'run') as Activity };
    try {
      await (kind === 'loop' ? this.#loop(instance as SubprocessLoop, culprit) : this.#once(instance));
    } catch (error) {
      if (!this.#instance.isAbort(error)) return this.#fail(culprit.during, error);
    }
    this.#report({ type: 'done' });
    this.#end(0, null);
  }

  /** A second instance, as the child has one: what it changes does not change the instance of the test. */
  #rebuild(): AnySubprocess {
    const { type, state, own } = this.#request;
    const half = new ChildHalf({ depth: 0, mainScript: null }, { isWork: false });
    return constructInPool(
      () => constructWith(half, () => half.rebuild(type as TaskClass, { state, own }, this.#instance)),
      () => {},
    );
  }

  async #once(instance: AnySubprocess): Promise<void> {
    this.#report({ type: 'ready' });
    this.#beginFault();
    const reports = { entered: () => this.#entered(), emit: (message: unknown) => this.#instance.emit(message) };
    const work = () => this.#work() ?? runOnce(instance, reports);
    const value = await this.#call(() => this.#traced(instance, 'run', work));
    const report: Report = value === undefined ? { type: 'result' } : { type: 'result', value };
    this.#instance.sendAny(value, ['run()', 'the result'], details => this.#report(report, details));
  }

  async #loop(loop: SubprocessLoop, culprit: { during: Activity }): Promise<void> {
    const { time, defaultSleep } = this.#request;
    const ended = await runLoop(loop, {
      stop: this.#stop,
      defaultSleep,
      crash: { whenRaised: () => () => {} },
      clocks: time.clocks,
      call: (stage, work) => this.#stage(stage, () => this.#traced(loop, stage, work), culprit),
      begun: () => {
        this.#report({ type: 'ready' });
        this.#beginFault();
        this.#entered();
      },
      iterated: iteration => this.#report({ type: 'iteration', ...iteration }),
    });
    if (ended) this.#report({ type: 'result' });
  }

  /** Calls a stage of a loop. */
  async #stage<T>(stage: 'begin' | 'loop' | 'end', work: () => T, culprit: { during: Activity }): Promise<Awaited<T>> {
    try {
      return await this.#call(() => (stage === 'loop' ? ((this.#work() as T | undefined) ?? work()) : work()));
    } catch (error) {
      culprit.during = stage;
      throw error;
    }
  }

  /** As a child does: recorded, if somebody records traces. */
  #traced<T>(task: object, method: Method, userCode: () => T): T {
    const { name, kind, trace } = this.#request;
    const prime = { kind, target: { name } as PrimeOrder['target'] };
    return traceMethod({ task, prime, order: trace ? { trace } : {} }, method, userCode);
  }

  /** Calls user code, unless the task was killed. */
  async #call<T>(work: () => T): Promise<Awaited<T>> {
    if (this.#hasEnded) return never();
    const value = await this.#request.time.during(work);
    return this.#hasEnded ? never() : value;
  }

  #entered(): void {
    this.#instance.entered();
    this.#report({ type: 'entered' });
  }

  /** The task is ready, so the time of its fault begins. */
  #beginFault(): void {
    const { fault, time } = this.#request;
    if (fault?.type !== 'end') return;
    const { code, signal, after } = fault;
    if (after > 0) time.schedule(() => this.#end(code, signal), after);
    else this.#end(code, signal);
  }

  /** What takes the place of the task's own work; undefined if nothing does. Settles as the work does. */
  #work(): Promise<false | undefined> | undefined {
    const { fault, time, kind } = this.#request;
    if (fault?.type !== 'messages') return undefined;
    const { marbles, values, error } = fault;
    if (kind === 'once') this.#entered();
    return new Promise((resolve, reject) => {
      for (const step of stepsOf(marbles, values, error)) {
        time.scheduleIdle(() => {
          if (step.kind === 'N') void this.#instance.emit(step.value);
          else if (step.kind === 'E') reject(step.error);
          // It ends a loop.
          else resolve(kind === 'loop' ? false : undefined);
        }, step.frame);
      }
    });
  }

  #fail(during: Activity, error: unknown): void {
    this.#report({ type: 'failed', during, error: encodeError(error) });
    this.#end(1, null);
  }

  #report(report: Report, details?: readonly ErrorDetails[]): void {
    if (!this.#hasEnded) this.#outgoing.send(report, details);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#hasEnded) return;
    this.#outgoing.flush();
    this.#hasEnded = true;
    this.#line.step(() => this.#request.parent.ended(code, signal));
  }
}
