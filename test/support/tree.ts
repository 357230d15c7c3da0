/** Looks at the tree of processes. */
import { type ProcessNode, processTree$ } from 'offspring-rx/observe';
import { poll } from './poll';

export function watchTree(interval = 20) {
  let nodes: readonly ProcessNode[] = [];
  const subscription = processTree$({ interval }).subscribe(next => {
    nodes = next;
  });
  const of = (id: string) => nodes.find(node => node.id === id);
  const told = () => nodes.map(({ id, kind, name, state }) => `${id} ${kind} ${name} ${state}`).join(', ');
  return {
    get nodes() {
      return nodes;
    },
    of,
    /** The nodes from the top down to this one. */
    chainOf(node: ProcessNode): ProcessNode[] {
      const chain = [node];
      for (let above = of(node.parent ?? ''); above; above = of(above.parent ?? '')) chain.unshift(above);
      return chain;
    },
    /** Waits for a node. */
    find: (what: string, is: (node: ProcessNode) => boolean): Promise<ProcessNode> =>
      poll(what, () => nodes.find(is)).catch(error => {
        throw new Error(`${error.message}; there are: ${told()}`);
      }),
    end: () => subscription.unsubscribe(),
  };
}
