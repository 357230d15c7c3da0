/** A program in a terminal of its own, whose screen a test reads as a user does. */
import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { poll } from './poll';

export interface Screen {
  readonly pid: number;
  /** The lines as they are seen, without spaces at their ends. */
  readonly lines: string[];
  readonly isWhole: boolean;
  /** All that was written to it. */
  readonly written: string;
  /** Resolves with the line that matches, once it is there. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves with what is found, once it is there. */
  look<T>(what: string, find: (lines: readonly string[]) => T): Promise<NonNullable<T>>;
  /** Resolves once no line matches. */
  gone(pattern: RegExp): Promise<unknown>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<{ code: number; signal: number | undefined }>;
}

/** Runs `node args...`. */
export function openScreen(args: string[], columns = 80, rows = 24, env: NodeJS.ProcessEnv = {}): Screen {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const clean = { ...process.env, CI: undefined, FORCE_COLOR: undefined, NO_COLOR: undefined, TERM: 'xterm-256color' };
  const given = Object.entries({ ...clean, ...env }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const child = spawn(process.execPath, args, { cols: columns, rows, env: Object.fromEntries(given) });
  let written = '';
  child.onData(text => {
    written += text;
    terminal.write(text);
  });
  const lines = () => {
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? '').replaceAll('\u00a0', ' ').trimEnd(),
    );
  };
  const look = <T>(what: string, find: (lines: readonly string[]) => T) =>
    poll(what, () => find(lines())).catch(error => {
      throw new Error(`${error.message}; the screen is:\n${lines().join('\n')}`);
    });
  return {
    pid: child.pid,
    get lines() {
      return lines();
    },
    get isWhole() {
      return terminal.buffer.active.type === 'alternate';
    },
    get written() {
      return written;
    },
    look,
    line: pattern => look(`a line matches ${pattern}`, () => lines().find(line => pattern.test(line))),
    gone: pattern => look(`no line matches ${pattern}`, () => !lines().some(line => pattern.test(line))),
    type: text => child.write(text),
    resize(toColumns, toRows) {
      terminal.resize(toColumns, toRows);
      child.resize(toColumns, toRows);
    },
    kill: signal => child.kill(signal),
    ended: new Promise(resolve => child.onExit(({ exitCode, signal }) => resolve({ code: exitCode, signal }))),
  };
}
