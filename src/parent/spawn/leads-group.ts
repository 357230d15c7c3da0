/** Parent side: tells whether a child is to lead a process group of its own. */
import { childSide } from '../../side';
import type { Flags } from '../flags';

/** In a child that leads a group, every child does: the group of this one must not kill those, which may have an `end()`. */
export const leadsGroup = ({ OWN_GROUP }: Pick<Flags, 'OWN_GROUP'>): boolean =>
  OWN_GROUP || childSide()?.ownGroup === true;
