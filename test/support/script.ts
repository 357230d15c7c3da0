/** Sacrificial parents: scripts that run in a process of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { poll } from './poll';

export interface Script {
  process: ChildProcess;
  pid: number;
  /** What it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when `text` is in what it wrote. */
  says(text: string): Promise<unknown>;
  /** How it ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

export interface ScriptOptions {
  /** Node flags. */
  flags?: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  node?: string;
  detached?: boolean;
  /** Given on its stdin; `null` where the caller writes to it. Default: there is none. */
  input?: string | null;
}

/** Runs `node flags... args...`. */
export function runNode(args: string[], options: ScriptOptions = {}): Script {
  const { flags = [], cwd, env = {}, node = process.execPath, detached = false, input } = options;
  const child = spawn(node, [...flags, ...args], {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // As in a shell, not as in a CI service, which some programs take for a colour terminal.
    env: { ...process.env, CI: undefined, FORCE_COLOR: undefined, ...env },
    detached,
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin?.on('error', () => {});
  if (typeof input === 'string') child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }));
  return {
    process: child,
    pid: child.pid as number,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    says: text =>
      poll(`output has ${JSON.stringify(text)}; it has:\n${stdout}\n${stderr}`, () => stdout.includes(text)),
    ended,
  };
}
