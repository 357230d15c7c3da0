/** Both sides: what a state is called, and by which symbol and color it is known. Pure. */
import type { NodeExit, ProcessNode } from '../../model/process-node';
import type { Row } from '../wire/frames';
import { duration } from './format';

/**
 * The names of states on the page. A process that has ended is 'ended' or 'failed', or 'restarting' while its supervisor
 * is about to start it again.
 */
export type Look = 'waiting' | 'starting' | 'running' | 'stopping' | 'restarting' | 'ended' | 'failed';

export const LOOKS: readonly Look[] = ['running', 'starting', 'stopping', 'waiting', 'restarting', 'failed', 'ended'];

const WORDS: Record<Look, string> = {
  waiting: 'Waiting',
  starting: 'Starting',
  running: 'Running',
  stopping: 'Stopping',
  restarting: 'Restarting',
  ended: 'Ended',
  failed: 'Failed',
};

export const wordOf = (look: Look): string => WORDS[look];

export function lookOf(node: ProcessNode): Look {
  if (node.state === 'created') return 'waiting';
  if (node.state !== 'exited') return node.state;
  return node.restartAt === undefined ? endLookOf(node) : 'restarting';
}

/** How it ended, if it has, whatever follows from that. */
export const endLookOf = ({ exit }: ProcessNode): 'ended' | 'failed' => (exit && isFailure(exit) ? 'failed' : 'ended');

/** A process that did what it was asked for, or that somebody has stopped, is no failure. */
export const isFailure = ({ reason, error }: NodeExit): boolean =>
  reason === 'failed' || reason === 'killed' || error !== undefined;

/** Whether there is a process now, or a supervisor or pool that works. */
export const isAlive = ({ node }: Row): boolean => node.state !== 'exited';

/** What the messages of errors begin with, and the page says elsewhere: the name of the class, and the process id. */
const KNOWN = /^\S+?:? (?:(\S+\(\) )?threw in the child \(pid \d+\):? |the child \(pid \d+\) )/;

/** How a process ended, in one line. */
export function endedInWords(exit: NodeExit | undefined): string {
  if (!exit) return 'its parent ended first';
  const { reason, cause, code, signal, forced, error } = exit;
  const first = error?.split('\n', 1)[0];
  if (first !== undefined && first !== '') return first.replace(KNOWN, '').replace(/^Error: /, '') || first;
  if (reason === 'completed') return 'completed';
  if (reason === 'not-started') return 'not started';
  const how = signal === null ? (code === null ? '' : ` with exit code ${code}`) : ` by ${signal}`;
  if (reason === 'stopped') return forced ? 'stopped by SIGKILL, after its grace' : 'stopped on request';
  return `${cause ?? reason}${how}`;
}

const SECOND = 1_000;

/** When it is restarted: `in 3 s`; '' if it is not, or if nobody knows yet. */
export function restartInWords({ restartAt }: ProcessNode, now: number): string {
  if (restartAt === undefined || restartAt === null) return '';
  const left = restartAt - now;
  return left <= 0 ? 'now' : `in ${duration(Math.ceil(left / SECOND) * SECOND)}`;
}
