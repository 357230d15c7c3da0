/** Parent side: what runs in this process, and in its processes, as a source. */
import { followOutput, restartNode, shutdownNode, treeWithOutput, usageOf } from '../../observe/control';
import { INTERVAL } from '../wire/frames';
import type { Source } from './source';

export const liveSource = (): Source => ({
  nodes$: treeWithOutput(INTERVAL),
  usage$: pid => usageOf(pid),
  followOutput,
  control: (id, action) => (action === 'restart' ? restartNode(id) : shutdownNode(id)),
});
