/** Terminal: takes the whole terminal, and gives it back as it was, however this process ends. */

const ENTER = '\u001b[?1049h\u001b[2J\u001b[H';
/** Shows the cursor too. */
const LEAVE = '\u001b[?1049l\u001b[?25h';
const CLEAR = '\u001b[2J\u001b[H';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface TerminalMode {
  clear(): void;
  leave(): void;
}

/** `onEnd`: this process is about to end. The signal ends it after that, if the program does not listen for it. */
export function takeTerminal(onEnd: () => void): TerminalMode {
  let isTaken = true;
  const leave = () => {
    if (!isTaken) return;
    isTaken = false;
    process.removeListener('exit', end);
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    process.stdout.write(LEAVE);
  };
  const end = () => {
    onEnd();
    leave();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    end();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on('exit', end);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.stdout.write(ENTER);
  return { clear: () => process.stdout.write(CLEAR), leave };
}
