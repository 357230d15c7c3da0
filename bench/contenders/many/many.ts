/** A parent of many children that are alive at once. */
import path from 'node:path';
import type { Contender } from '../../suite/group';
import type { OWN_PROCESSES } from '../floor/own-processes';
import { parent } from '../parent/parent';

/** KB that each takes in the parent; ms until each is at work; ms until all have ended. */
export type Figure = 'memory' | 'start' | 'end';
export type Kind = 'bare fork' | 'Subprocess' | typeof OWN_PROCESSES;

const PROGRAM = path.join(__dirname, 'program.js');

export const many = (kind: Kind, figure: Figure): Contender => parent(kind, PROGRAM, kind, figure);
