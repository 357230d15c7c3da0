/** Parent side: keeps the events of one type. */
import { filter, type MonoTypeOperatorFunction, type OperatorFunction } from 'rxjs';
import type { EventOf, SubprocessEvent } from '../model/events';

/**
 * Emits the events of one type. Completes and errors as its source does.
 *
 * @example
 * const task = new CountLines('access.log');
 * task.event$
 *   .pipe(ofType('message'))
 *   .subscribe(({ message }) => console.log(message.lines));
 * await task.wait(); // keeps this process alive: event$ does not
 * // prints: 10000
 * // prints: 20000
 */
export function ofType<Type extends SubprocessEvent['type'], Message = unknown>(
  type: Type,
): OperatorFunction<SubprocessEvent<Message>, EventOf<Type, Message>> {
  return filter(event => event.type === type) as MonoTypeOperatorFunction<SubprocessEvent<Message>> as never;
}
