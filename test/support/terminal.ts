/** A terminal of its own for a command, made by `script`: that of util-linux, or of BSD. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { poll } from './poll';

export interface Terminal {
  /** Resolves when `text` is on the screen. */
  says(text: string): Promise<unknown>;
  /** As a user types; '\x03' is Ctrl-C, which reaches the whole foreground group. */
  type(text: string): void;
  /** As a user closes the window: the system sends SIGHUP. */
  close(): void;
  /** The command's exit code, 128 and more for a signal. */
  ended: Promise<number | null>;
}

export function openTerminal(command: string, cwd: string): Terminal {
  const args =
    process.platform === 'linux' ? ['-qfec', command, '/dev/null'] : ['-q', '/dev/null', 'bash', '-c', command];
  const child = spawn('script', args, { stdio: 'pipe', cwd });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    screen += text;
  });
  child.stderr.resume();
  child.stdin.on('error', () => {});
  return {
    says: text => poll(`the screen shows ${JSON.stringify(text)}; it shows:\n${screen}`, () => screen.includes(text)),
    type: text => child.stdin.write(text),
    close: () => child.kill('SIGKILL'),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}
