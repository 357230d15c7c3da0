/** Host side: refuses the items of another class, or of a caller that speaks otherwise. Pure. */
import { StateError } from '../../index';
import { type Ticket, WIRE_VERSION } from '../wire/words';

/** Why a host that serves the class `subprocess` cannot take a job. Undefined if it can. */
export function refusalOf(
  { name, data }: { name: string; data: Ticket },
  subprocess: string,
  queue: string,
): StateError | undefined {
  const refuse = (why: string) =>
    new StateError(`${subprocess}: an item of the queue ${queue} was refused: ${why}`, { subprocess });
  if (data.w !== WIRE_VERSION) {
    return refuse('its caller has another version of offspring-rx: use one version for callers and hosts');
  }
  if (name !== subprocess) return refuse(`this host serves ${subprocess}, not ${name}: give each class a queue`);
  return undefined;
}
