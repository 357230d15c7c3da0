#!/usr/bin/env node
/** Both sides: the command `offspring-rx`, which shows a dashboard in the terminal. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addressOf } from './address';
import { top } from './top';

const HELP = `Usage: npx offspring-rx top <url> [--plain]

Shows the processes of a running program, live. The program serves a dashboard:

  import { serveDashboard } from 'offspring-rx/dashboard';
  const board = await serveDashboard({ port: 9229 });
  console.log(board.url);

<url> is what it prints, in quotes; 127.0.0.1:9229 will do too. With the token in it,
which a dashboard with { control: true } has, k shuts a process down and r restarts it.

Options:
  --plain        Writes a line for each change: the time, the name, the process id, the
                 state, and why it ended. So it does without a terminal, and in CI.
  -h, --help     Shows this.
  -v, --version  Shows the version.

Keys: arrows, PgUp, PgDn, Home and End move; Enter shows one process with its output;
/ filters by name; k shuts down; r restarts; q ends.

NO_COLOR=1 does without colors. The exit code is 0, 1 after a failure, and 2 if an
argument is wrong.
`;

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  const given = parsed(args);
  if (typeof given === 'string') return fail(2, `${given}; see npx offspring-rx --help`);
  const { values, positionals } = given;
  if (values.help) return tell(HELP);
  if (values.version) return tell(`${versionOfPackage()}\n`);
  const [command, url, ...rest] = positionals;
  if (command === undefined) return fail(2, HELP);
  if (command !== 'top') return fail(2, `there is no command '${command}', only top; see npx offspring-rx --help`);
  if (url === undefined) return fail(2, 'top needs the URL of a dashboard; see npx offspring-rx --help');
  if (rest.length > 0) return fail(2, `top takes one URL, and got '${rest[0]}' too`);
  try {
    await top(url, { plain: values.plain ?? false });
    return 0;
  } catch (error) {
    const { message } = error as Error;
    // The URL is the only argument that is not checked above.
    return fail(addressOf(url) ? 1 : 2, message.replace(/^top\(\): /, ''));
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        plain: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    return (error as Error).message.replace(/\. .*/s, '');
  }
}

function tell(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(code: number, message: string): number {
  process.stderr.write(message === HELP ? HELP : `offspring-rx: ${message}\n`);
  return code;
}

function versionOfPackage(): string {
  return JSON.parse(readFileSync(path.join(__dirname, '../../package.json'), 'utf8')).version;
}

main(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});
