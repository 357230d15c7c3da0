/** Both sides: the channels of node:diagnostics_channel on which the library publishes what happens. */
import type { Channel, TracingChannel } from 'node:diagnostics_channel';

export interface Channels {
  readonly spawn: Channel;
  readonly ready: Channel;
  readonly message: Channel;
  readonly iteration: Channel;
  readonly exit: Channel;
  readonly restart: Channel;
  readonly item: Channel;
  readonly run: TracingChannel;
  readonly work: TracingChannel;
}

let made: Channels | undefined;

/**
 * Undefined while nobody can be subscribed, since nobody has loaded node:diagnostics_channel. Node 20 loads it with
 * node:net, and a child does without both until it has entered its work.
 */
export function channels(): Channels | undefined {
  if (!made && isLoaded()) made = make();
  return made;
}

/** Bun has no such list. */
const isLoaded = () =>
  (process as { moduleLoadList?: readonly string[] }).moduleLoadList?.includes('NativeModule diagnostics_channel') ??
  true;

function make(): Channels {
  const { channel, tracingChannel } = require('node:diagnostics_channel') as typeof import('node:diagnostics_channel');
  return {
    spawn: channel('offspring-rx:spawn'),
    ready: channel('offspring-rx:ready'),
    message: channel('offspring-rx:message'),
    iteration: channel('offspring-rx:iteration'),
    exit: channel('offspring-rx:exit'),
    restart: channel('offspring-rx:restart'),
    item: channel('offspring-rx:item'),
    run: tracingChannel('offspring-rx:run'),
    work: tracingChannel('offspring-rx:work'),
  };
}
