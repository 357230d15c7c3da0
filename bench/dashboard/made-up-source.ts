/** 200 processes that do not exist, which turn and emit 1,000 times a second and are measured as real ones are. */
import { interval, map, type Observable, startWith } from 'rxjs';
import { inner } from './inner';
import { EVENTS, PROCESSES } from './players';

type Source = import('../../src/dashboard/server/source').Source;
type Usage = import('../../src/dashboard/server/source').Usage;
type ProcessNode = import('../../src/model/process-node').ProcessNode;

const { platform } = inner<typeof import('../../src/platform/platform')>('.', 'platform/platform');

/** How often the tree is emitted, as by `processTree$`, ms. */
const INTERVAL = 250;
/** One of so many has failed and is restarted in each second. */
const RESTARTS = 1;

export function madeUpSource(): Source {
  const count = PROCESSES['made-up'];
  let nodes = Array.from({ length: count }, (_, index) => nodeOf(index, index));
  let id = count;
  const supervisor: ProcessNode = {
    ...nodeOf(-1, -1),
    id: 's',
    parent: undefined,
    kind: 'supervisor',
    name: 'Supervisor',
    pid: null,
  };
  /** Adds the events of one interval. */
  const advance = (turn: number): readonly ProcessNode[] => {
    const each = Math.ceil((EVENTS / 2) * (INTERVAL / 1_000));
    for (let event = 0; event < each; event++) {
      const at = (turn * each + event) % count;
      const node = nodes[at] as ProcessNode;
      nodes[at] = { ...node, iterations: node.iterations + 1, messages: node.messages + 1 };
    }
    if (turn % (4 / RESTARTS) === 0) {
      const at = turn % count;
      const now = Date.now();
      const exit = {
        reason: 'failed',
        cause: 'threw',
        code: 1,
        signal: null,
        forced: false,
        error: 'no luck',
      } as const;
      const { pid: _, ...old } = nodes[at] as ProcessNode;
      ended = [...ended.slice(-199), { ...old, pid: null, state: 'exited', since: now, endedAt: now, exit }];
      nodes[at] = nodeOf(at, id++);
    }
    return [supervisor, ...ended, ...nodes];
  };
  let ended: ProcessNode[] = [];
  nodes = [...nodes];
  return {
    nodes$: interval(INTERVAL).pipe(startWith(0), map(advance)),
    usage$: () => usage$,
    followOutput: () => ({ more() {}, flush() {}, close() {} }),
    control: () => {},
  };
}

const nodeOf = (place: number, id: number): ProcessNode => ({
  id: String(id),
  parent: 's',
  key: `worker ${place}`,
  kind: 'loop',
  name: 'Worker',
  pid: 1_000 + id,
  state: 'running',
  since: Date.now(),
  startedAt: Date.now(),
  restarts: 0,
  canRestart: true,
  iterations: 0,
  messages: 0,
});

/** Each subscriber reads the system's files, as it is for a process. */
const usage$: Observable<Usage> = interval(1_000).pipe(
  map(() => {
    const reading = platform.usage.read(process.pid);
    return { cpu: Math.random() / 10, memory: reading?.bytes ?? 0, at: Date.now() };
  }),
);
