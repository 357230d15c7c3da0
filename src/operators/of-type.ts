/** Parent side: keeps the events of one type. */
import { filter, type MonoTypeOperatorFunction, type OperatorFunction } from 'rxjs';
import type { EventOf, SubprocessEvent } from '../model/events';

/**
 * Emits the events of one type. Completes and errors as its source does.
 *
 * @example task.event$.pipe(ofType('message')).subscribe(({ message }) => ...)
 */
export function ofType<Type extends SubprocessEvent['type'], Message = unknown>(
  type: Type,
): OperatorFunction<SubprocessEvent<Message>, EventOf<Type, Message>> {
  return filter(event => event.type === type) as MonoTypeOperatorFunction<SubprocessEvent<Message>> as never;
}
