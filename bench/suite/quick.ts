/** What `--quick` leaves of a group. Pure. */
import type { Aim, Group } from './group';

/** The group with the figures that `--quick` has time for, and the contenders that these need. */
export function reduced(group: Group): Group {
  const aims = quickAims(group);
  const rows = aims.flatMap(({ of, against = [] }) => [of, against].flat());
  return { ...group, aims, contenders: group.contenders.filter(({ name }) => rows.some(row => isPartOf(name, row))) };
}

/** The contenders that the figures are about: without any of them there is nothing to compare. */
export const subjectsOf = (group: Group): string[] =>
  group.contenders.map(({ name }) => name).filter(name => quickAims(group).some(({ of }) => isPartOf(name, of)));

export const quickAims = ({ aims }: Group): Aim[] => aims.filter(({ fullOnly }) => !fullOnly);

/** Whether a row is the contender's, or one of several that it has. */
const isPartOf = (name: string, row: string): boolean => row === name || row.startsWith(`${name}: `);
