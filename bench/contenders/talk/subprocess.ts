/** offspring-rx: `emit()` and `message$`, `send()` and `command$`. */
import type { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import { Awaiting, Emitting, Yielding } from './subprocess-tasks';
import type { Transport, TransportKind } from './transport';

type Talker = new () => Subprocess<[], unknown, object>;

const transportKind = (name: string, Type: Talker): TransportKind => ({
  name,
  async open() {
    const task = new Type();
    await firstValueFrom(task.ready$);
    const transport: Transport = {
      post: message => void task.send(message),
      onMessage: () => {},
      close: () => task.shutdown(),
    };
    task.message$.subscribe(message => transport.onMessage(message));
    return transport;
  },
});

export const emitting = transportKind('Subprocess', Emitting);
export const awaiting = transportKind('Subprocess, each awaited', Awaiting);
export const yielding = transportKind('Subprocess, generator', Yielding);
